package serve

import (
	"strings"
	"testing"
	"time"
)

func TestThrottled(t *testing.T) {
	t.Parallel()
	for total, want := range map[time.Duration]string{
		0:                         "",
		29 * time.Second:          "",
		30 * time.Second:          "waited 30s for",
		118400 * time.Millisecond: "waited 1m58s for",
	} {
		got := throttled(total)
		switch {
		case want == "" && len(got) != 0:
			t.Errorf("%s: got %+v", total, got[0])
		case want != "" && (len(got) != 1 || !strings.Contains(got[0].Detail, want)):
			t.Errorf("%s: got %d diagnostics, want one that says %q", total, len(got), want)
		}
	}
}
