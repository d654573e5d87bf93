package invoke

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Ping is how a webhook's endpoint took a ping.
type Ping struct {
	EventID   string
	Delivered bool
	// Status of the endpoint's answer; nil where it gave none.
	Status *int
	// Problem is why there was no delivery; nil where there was one.
	Problem *string
}

// Result tells the user how it went: progress where the ping was delivered, and
// else an error, which fails the run.
func (p Ping) Result(webhook string, progress func(string)) (diags diag.Diagnostics) {
	answer := "gave no answer"
	if p.Status != nil {
		answer = fmt.Sprintf("answered with %d", *p.Status)
	}
	if p.Delivered {
		progress(fmt.Sprintf("%s took the ping %s: its endpoint %s", webhook, p.EventID, answer))
		return nil
	}
	detail := fmt.Sprintf("The endpoint %s to the event %s", answer, p.EventID)
	if p.Problem != nil {
		detail += ": " + *p.Problem
	}
	diags.AddError(webhook+" did not take the ping", detail+".\n\n"+
		"Events are lost while an endpoint refuses them. Look at the endpoint's own log, and whether it verifies signatures with the webhook's current secret.")
	return diags
}
