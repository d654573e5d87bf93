package provisional_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

func TestMarkOf(t *testing.T) {
	t.Parallel()
	pending := provisional.New("com_1", "reporting", "NONCE")
	ephemeral := provisional.Ephemeral{Name: "ci", Until: created.Add(6 * time.Hour)}.String()
	for _, c := range []struct {
		name string
		age  time.Duration
		want provisional.Mark
	}{
		{"reporting", 1000 * time.Hour, ""},
		{pending, 0, provisional.Creating},
		{pending, 15 * time.Minute, provisional.Creating},
		{pending, 15*time.Minute + time.Second, provisional.Orphan},
		{ephemeral, 6 * time.Hour, ""},
		{ephemeral, 6*time.Hour + time.Second, provisional.Expired},
		{"keyward-ephemeral/ci", 1000 * time.Hour, ""},
	} {
		if got := provisional.MarkOf(c.name, created, created.Add(c.age)); got != c.want {
			t.Errorf("%q after %s: %q, want %q", c.name, c.age, got, c.want)
		}
	}
}
