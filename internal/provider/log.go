package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// logRequest writes one line for each request, one for each wait for a limit when it
// begins, and a warning for what all of them wait for where that takes long. An event has no secret in it: no headers, no query, no bodies.
func logRequest(ctx context.Context, event client.Event) {
	if event.Notice != "" {
		tflog.Warn(ctx, event.Notice)
	}
	if event.Unanswered > 0 {
		return
	}
	if event.Limit != "" {
		tflog.Info(ctx, "waiting for a rate limit", map[string]any{
			"platform": event.Platform, "method": event.Method, "path": event.Path,
			"wait_ms": event.Wait.Milliseconds(), "reason": event.Limit,
		})
		return
	}
	fields := map[string]any{
		"platform": event.Platform, "method": event.Method, "path": event.Path, "status": event.Status,
		"duration_ms": event.Duration.Milliseconds(), "attempt": event.Attempt, "request_id": event.RequestID,
	}
	if event.Err != nil {
		fields["error"] = event.Err.Error()
	}
	if event.Waited > 0 {
		fields["waited_ms"] = event.Waited.Milliseconds()
	}
	if event.Retry {
		fields["retry_in_ms"] = event.Wait.Milliseconds()
	}
	tflog.Debug(ctx, "platform request", fields)
}

// upper returns an attribute's name as its environment variable has it.
func upper(name string) string { return strings.ToUpper(name) }
