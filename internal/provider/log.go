package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// logRequest writes one line for each request. An event has no secret in it:
// no headers, no query, no bodies.
func logRequest(ctx context.Context, event client.Event) {
	fields := map[string]any{
		"platform": event.Platform, "method": event.Method, "path": event.Path, "status": event.Status,
		"duration_ms": event.Duration.Milliseconds(), "attempt": event.Attempt, "request_id": event.RequestID,
	}
	if event.Err != nil {
		fields["error"] = event.Err.Error()
	}
	if event.Retry {
		fields["retry_in_ms"] = event.Wait.Milliseconds()
	}
	tflog.Debug(ctx, "platform request", fields)
}

// upper returns an attribute's name as its environment variable has it.
func upper(name string) string { return strings.ToUpper(name) }
