// Package audit answers who can do what on both platforms, and whether that is
// what was declared.
//
// It builds one inventory from what is declared (states and plans, as
// `terraform show -json` writes them), what is live (the platforms' APIs) and
// what is used (their api_logs), and holds rules against it. Each rule's breach
// is a Finding. The rules are pure: they see the inventory, a policy and a time.
package audit

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Options say what to audit, and by which thresholds.
type Options struct {
	// States and Plans are paths for ReadDeclared.
	States, Plans []string
	// Content returns what is in one of them, or on tfstate.Stdin.
	Content func(name string) ([]byte, error)
	// Access is what to read; nil: only what is declared is looked at.
	Access *inventory.Accounts
	Policy Policy
	// Ping has the webhooks pinged.
	Ping bool
	// Baseline accepts findings; nil: none.
	Baseline *Baseline
	// Version of keyward, for the report.
	Version  string
	Now      func() time.Time
	Progress func(Progress)
}

// Report is what an audit says.
type Report struct {
	Findings  []Finding
	Inventory *Inventory
	Policy    Policy
	// Unmatched are ids of the baseline that match no finding any more.
	Unmatched []string
	Made      Made
}

// Made is how the report was made.
type Made struct {
	Version  string    `json:"keyward_version"`
	Began    time.Time `json:"began"`
	Finished time.Time `json:"finished"`
	States   []string  `json:"states"`
	Plans    []string  `json:"plans"`
	Sources  []Source  `json:"sources"`
	// Gaps are what could not be read: nothing was found there because no one
	// looked.
	Gaps []Gap `json:"gaps"`
	// Requests made, and log rows read.
	Requests int `json:"requests"`
	Rows     int `json:"log_rows"`
	// LogsSince is where the logs were read from; nil where they were not.
	LogsSince *time.Time `json:"logs_since"`
	Pinged    bool       `json:"webhooks_pinged"`
}

// Run makes an audit. What the platforms don't let it read is in the report's
// gaps; an error is what leaves nothing to report.
func Run(ctx context.Context, o Options) (*Report, error) {
	began := o.Now().UTC()
	r := &Report{Inventory: &Inventory{}, Policy: o.Policy, Made: Made{
		Version: o.Version, Began: began, States: []string{}, Plans: []string{}, Sources: []Source{}, Gaps: []Gap{}, Pinged: o.Ping,
	}}
	if err := r.declared(o); err != nil {
		return nil, err
	}
	if err := r.live(ctx, o); err != nil {
		return nil, err
	}
	r.Findings = Find(r.Inventory, o.Policy, began)
	if o.Baseline != nil {
		r.Unmatched = o.Baseline.Accept(r.Findings, began)
	}
	r.Made.Finished = o.Now().UTC()
	return r, nil
}

func (r *Report) declared(o Options) error {
	states, err := ReadDeclared(r.Inventory, tfstate.State, o.States, o.Content)
	if err != nil {
		return err
	}
	plans, err := ReadDeclared(r.Inventory, tfstate.Plan, o.Plans, o.Content)
	r.Made.States, r.Made.Plans = append(r.Made.States, states...), append(r.Made.Plans, plans...)
	return err
}

// Open returns the findings that the baseline doesn't accept.
func (r *Report) Open() []Finding {
	open := []Finding{}
	for _, f := range r.Findings {
		if f.Accepted == nil {
			open = append(open, f)
		}
	}
	return open
}

// Count is how many open findings there are of each severity.
func (r *Report) Count() map[Severity]int {
	counts := map[Severity]int{}
	for _, f := range r.Open() {
		counts[f.Severity]++
	}
	return counts
}
