package rotation_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	at := func(d time.Duration) *time.Time { return new(since.Add(d)) }
	quiet := rotation.Overlap{For: day, Quiet: time.Hour, Max: 7 * day}
	for _, c := range []struct {
		name     string
		overlap  rotation.Overlap
		used     *time.Time
		observed time.Duration
		want     rotation.RevocationStatus
	}{
		{"no overlap", rotation.Overlap{}, at(0), 0, rotation.RevokeDue},
		{"before its end", rotation.Overlap{For: day}, nil, day - 1, rotation.Overlapping},
		{"at its end", rotation.Overlap{For: day}, at(day), day, rotation.RevokeDue},
		{"never used", quiet, nil, day, rotation.RevokeDue},
		{"used lately", quiet, at(day - time.Minute), day, rotation.InUse},
		{"used just long enough ago", quiet, at(day - time.Hour), day, rotation.RevokeDue},
		{"quiet, but before its end", quiet, nil, time.Hour, rotation.Overlapping},
		{"used until the last", quiet, at(7*day - 1), 7 * day, rotation.RevokeDue},
		{"used, and no last day", rotation.Overlap{For: day, Quiet: time.Hour}, at(70 * day), 70 * day, rotation.InUse},
		{"used after it was observed", quiet, at(2 * day), day, rotation.InUse},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := c.overlap.Status(rotation.Replaced{Since: since, LastUsedAt: c.used}, since.Add(c.observed))
			if got != c.want {
				t.Errorf("Status = %v, want %v", got, c.want)
			}
		})
	}
}
