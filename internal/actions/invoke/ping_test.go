package invoke

import (
	"strings"
	"testing"
)

func TestPingResult(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		ping           Ping
		progress, says string
	}{
		{"delivered", Ping{EventID: "evt_1", Delivered: true, Status: new(200)}, "Webhook wh_1 took the ping evt_1: its endpoint answered with 200", ""},
		{"refused", Ping{EventID: "evt_1", Status: new(410), Problem: new("410 Gone")}, "", "answered with 410 to the event evt_1: 410 Gone."},
		{"no answer", Ping{EventID: "evt_1", Problem: new("connection refused")}, "", "gave no answer to the event evt_1: connection refused."},
		{"no reason", Ping{EventID: "evt_1"}, "", "gave no answer to the event evt_1."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var progress string
			diags := c.ping.Result("Webhook wh_1", func(message string) { progress = message })
			if progress != c.progress || diags.HasError() != (c.says != "") {
				t.Errorf("progress %q, diagnostics %v", progress, diags)
			}
			if c.says != "" && !strings.Contains(diags[0].Detail(), c.says) {
				t.Errorf("it says %q", diags[0].Detail())
			}
		})
	}
}
