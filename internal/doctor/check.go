// Package doctor looks at everything that keyward and the provider need, and
// says what is wrong and how to fix it.
package doctor

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
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
	d := &doctor{Options: options}
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
