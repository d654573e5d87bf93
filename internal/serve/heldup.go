package serve

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// longHold is from when on a wait is worth a warning: a shorter one nobody asks
// about.
const longHold = 30 * time.Second

// heldUp warns that limits held an operation up for a long time. The summary is
// the same for each, so that Terraform shows many as one.
func heldUp(total time.Duration) []*tfprotov6.Diagnostic {
	if total < longHold {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityWarning,
		Summary:  "Held up by a rate limit",
		Detail: fmt.Sprintf("The requests of this operation waited %s for the platform's rate limit, or for max_requests_per_minute of the provider block. "+
			"Nothing failed: the platform allows no more requests in that time. Whatever else calls it from the same address, or with the same key, uses the limit up too.",
			total.Round(time.Second)),
	}}
}
