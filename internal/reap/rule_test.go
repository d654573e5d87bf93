package reap

import (
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestReplaced(t *testing.T) {
	const day = 24 * time.Hour
	since := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { return new(since.Add(d)) }
	quiet := rotation.Overlap{For: day, Quiet: time.Hour, Max: 7 * day}
	for _, c := range []struct {
		name string
		rule rotation.Overlap
		used *time.Time
		now  time.Duration
		over bool
		why  string
	}{
		{"no overlap", rotation.Overlap{}, at(0), 0, true, "no overlap"},
		{"before its end", rotation.Overlap{For: day}, nil, day - 1, false, "its overlap ends at 2026-03-02T00:00:00Z"},
		{"at its end", rotation.Overlap{For: day}, at(day), day, true, "its overlap ended at 2026-03-02T00:00:00Z"},
		{"never used", quiet, nil, day, true, "its overlap ended"},
		{"used lately", quiet, at(day - time.Minute), day, false, "less than its quiet_period (1h0m0s) ago"},
		{"quiet long enough", quiet, at(day - time.Hour), day, true, "its overlap ended"},
		{"used until the last", quiet, at(7*day - 1), 7 * day, true, "max_overlap ended at 2026-03-08T00:00:00Z"},
		{"used, and no last day", rotation.Overlap{For: day, Quiet: time.Hour}, at(70 * day), 70 * day, false, "quiet_period"},
		{"quiet alone", rotation.Overlap{Quiet: time.Hour}, at(0), time.Minute, false, "quiet_period"},
	} {
		t.Run(c.name, func(t *testing.T) {
			over, why := replaced(c.rule, rotation.Replaced{Since: since, LastUsedAt: c.used}, since.Add(c.now))
			if over != c.over || !strings.Contains(why, c.why) {
				t.Errorf("%v, %q", over, why)
			}
		})
	}
}

func TestLeftover(t *testing.T) {
	good := namesake{Namesake: rotation.Namesake{Ours: true, Alike: true}}
	for why, change := range map[string]func(*namesake){
		"an interrupted apply left it":   func(*namesake) {},
		"allows others of its name":      func(k *namesake) { k.allowed = true },
		"was not made with the key":      func(k *namesake) { k.Ours = false },
		"is something else than":         func(k *namesake) { k.Alike = false },
		"somebody uses it":               func(k *namesake) { k.LastUsedAt = &time.Time{} },
		"it is newer than the declared ": func(k *namesake) { k.newer = true },
	} {
		key := good
		change(&key)
		if over, got := leftover(key); over != (key == good) || !strings.Contains(got, why) {
			t.Errorf("%q: %v, %q", why, over, got)
		}
	}
}
