package serve

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// longWait is from when on a wait is worth a warning.
const longWait = 30 * time.Second

// throttled warns that rate limits delayed an operation for a long time. The summary is
// the same for each, so that Terraform shows many as one.
func throttled(total time.Duration) []*tfprotov6.Diagnostic {
	if total < longWait {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityWarning,
		Summary:  "Throttled by the rate limit",
		Detail: fmt.Sprintf("The requests of this operation waited %s for the platform's rate limit, or for max_requests_per_minute of the provider block. "+
			"Nothing failed: the platform allows no more requests in that time. Every other client of the same address or key uses the same limit.",
			total.Round(time.Second)),
	}}
}
