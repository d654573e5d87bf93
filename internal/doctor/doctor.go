// Package doctor looks at everything that keyward and the provider need, and
// says what is wrong and how to fix it.
package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Status is how a check ended.
type Status string

// How a check can end. Only a problem keeps something from working.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Problem Status = "problem"
)

// Check is one thing that was looked at.
type Check struct {
	Status Status `json:"status"`
	// Area is what it is about: an account's name, credentials, terraform, provider.
	Area string `json:"area"`
	// Name of the check.
	Name string `json:"check"`
	// Result is what was found.
	Result string `json:"result"`
	// Remedy is what to do about it; "" where there is nothing to do.
	Remedy string `json:"remedy,omitempty"`
}

// Options of Run.
type Options struct {
	// AccountsFile names the accounts; "" for those of the environment.
	AccountsFile string
	// Client are every client's options. A request is made once, and watched.
	Client client.Options
	Getenv func(string) string
	Now    func() time.Time
	// Exec runs a program that is on PATH; exec.ErrNotFound where there is none.
	Exec func(ctx context.Context, name string, args ...string) ([]byte, error)
	// Home is the user's home directory, "" for none; Dir is where Terraform would
	// run.
	Home, Dir string
}

// Run makes all checks. One that can't be made is a problem or a warning, never
// an error.
func Run(ctx context.Context, options Options) []Check {
	d := &doctor{Options: options, recorded: recorder{next: client.NewTransport()}}
	if access := d.credentials(); access != nil {
		for _, a := range access.Corebill {
			d.corebill(ctx, a)
		}
		for _, a := range access.Billium {
			d.billium(ctx, a)
		}
	}
	d.terraform(ctx)
	d.provider()
	return d.checks
}

// Problems counts the checks that found one.
func Problems(checks []Check) int {
	n := 0
	for _, c := range checks {
		if c.Status == Problem {
			n++
		}
	}
	return n
}

type doctor struct {
	Options

	checks []Check
	// recorded is the last answer of a platform.
	recorded recorder
}

func (d *doctor) ok(area, name, result string) {
	d.checks = append(d.checks, Check{Status: OK, Area: area, Name: name, Result: result})
}

func (d *doctor) warn(area, name, result, remedy string) {
	d.checks = append(d.checks, Check{Warning, area, name, result, remedy})
}

func (d *doctor) problem(area, name, result, remedy string) {
	d.checks = append(d.checks, Check{Problem, area, name, result, remedy})
}

const credentialArea = "credentials"

// credentials checks what is configured, without a request. It returns nil where
// no account can be reached.
func (d *doctor) credentials() *inventory.Accounts {
	options := d.Client
	options.MaxAttempts, options.Transport = 1, &d.recorded // a diagnosis reports the first failure
	access, err := inventory.Load(d.AccountsFile, d.Getenv, options)
	if err != nil {
		remedy := "Fix what the message names; keyward doctor --help has an example of an accounts file."
		if errors.Is(err, inventory.ErrNoAccount) {
			remedy = "Set the variables (the sandbox prints its own with keyward sandbox env), or name a file with --accounts."
		}
		d.problem(credentialArea, "accounts", err.Error(), remedy)
		return nil
	}
	for _, a := range access.Corebill {
		d.corebillForm(a)
	}
	for _, a := range access.Billium {
		d.billiumForm(a)
	}
	return access
}

func (d *doctor) corebillForm(a inventory.CorebillAccount) {
	token := a.Credential.Reveal()
	switch {
	case corebill.ValidToken(token):
		d.ok(credentialArea, a.Source, "is a well-formed Corebill key ("+corebill.KeyPrefix(token)+"…)")
	default:
		d.problem(credentialArea, a.Source, "is not a valid Corebill key (sk_live_…)", "Copy the whole token again, without quotes. Corebill shows a token only once: if you don't have it, create another key.")
	}
	if a.DefaultCompany != "" && !corebill.ValidID(corebill.CompanyID, a.DefaultCompany) {
		d.problem(credentialArea, "COREBILL_COMPANY_ID", "is not the id of a company (com_ and 12 characters)", "keyward whoami --output json lists the companies with their ids.")
	}
}

func (d *doctor) billiumForm(a inventory.BilliumAccount) {
	token := a.Credential.Reveal()
	form, ok := billium.TokenType(token)
	switch {
	case ok && form == billium.Public:
		d.problem(credentialArea, a.Source, "is a public key (pk_…), which can list and manage nothing", "Use a secret key (sk_…).")
	case ok:
		d.ok(credentialArea, a.Source, "is a well-formed Billium key ("+billium.KeyPrefix(token)+"…)")
	default:
		d.problem(credentialArea, a.Source, "is not a valid Billium key (sk_ and 96 letters and digits)", "Copy the whole token again, without quotes. Billium shows a token only once: if you don't have it, create another key.")
	}
	if !billium.ValidID(billium.MerchantID, a.MerchantID) {
		d.problem(credentialArea, "merchant of "+a.Name, "is not the id of a merchant (mer_ and 32 characters)", "Set BILLIUM_MERCHANT_ID, or merchant_id in the accounts file, to the id in Billium's dashboard.")
	}
}
