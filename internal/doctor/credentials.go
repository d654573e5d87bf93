package doctor

import (
	"errors"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const credentialArea = "credentials"

// attempts: a diagnosis reports the first failure.
const attempts = 1

// credentials checks what is configured, without a request. It returns nil where
// no account can be reached.
func (d *doctor) credentials() *inventory.Accounts {
	options := d.Client
	options.MaxAttempts, options.Transport = attempts, &d.recorded
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
