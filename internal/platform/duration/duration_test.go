package duration

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "24h": Day, "30d": 30 * Day, "2w": 14 * Day, "5m30s": 330 * time.Second, "0s": 0, "0d": 0,
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
		if _, err := Positive(text); (err == nil) != (want > 0) {
			t.Errorf("%s as a positive one: got %v", text, err)
		}
	}
	for _, text := range []string{"", "30", "soon", "-1h", "-3d", "1.5d", "70000d", "d", "2 w"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"1h": time.Hour, "90m": 90 * time.Minute, "1m30s": 90 * time.Second, "0s": 0, "24h": Day,
	} {
		if got := Short(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}
