package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// TestPrevious checks when a replaced key is one too many.
func TestPrevious(t *testing.T) {
	day := func(n int) *time.Time { at := noon.AddDate(0, 0, n); return &at }
	object := inventory.Object{Platform: inventory.Corebill, Kind: inventory.KindKey, ID: "key_1", Name: "CI", Scope: "com_1"}
	const old = "key_0"
	key := func(id string, created time.Time, used *time.Time) *audit.Key {
		return &audit.Key{Key: inventory.Key{
			Platform: inventory.Corebill, Account: "a", ID: id, Name: "CI", Scope: new("com_1"), Status: inventory.Live, CreatedAt: created, LastUsedAt: used,
		}}
	}
	for _, test := range []struct {
		name     string
		due      *time.Time
		live     bool
		covered  bool
		quiet    time.Duration
		used     *time.Time
		found    bool
		evidence string
	}{
		{"not due yet", day(1), true, true, 0, nil, false, ""},
		{"due", day(-1), true, true, 0, day(-3), true, "It is live."},
		{"due at once", nil, true, true, 0, nil, true, "revoked at once"},
		{"revoked already", day(-1), false, true, 0, nil, false, ""},
		{"no one looked", day(-1), false, false, 0, nil, true, "was not looked at"},
		{"still in use", day(-1), true, true, 48 * time.Hour, day(-1), true, "its quiet period is 2 days"},
		{"quiet by now", day(-1), true, true, 12 * time.Hour, day(-1), true, "It is live."},
	} {
		t.Run(test.name, func(t *testing.T) {
			current := key("key_1", noon.AddDate(0, 0, -2), day(0))
			in := &audit.Inventory{Live: []inventory.Item{current}, DeclaredRead: true, Declared: []*audit.Declared{{
				Object: object, File: "f", Address: "a.b",
				Key: &tfstate.Attributes{Overlap: tfstate.Overlap{Overlap: rotation.Overlap{Quiet: test.quiet}}, Previous: &tfstate.Previous{ID: old, RevokeDue: test.due}},
			}}}
			if test.live {
				in.Live = append(in.Live, key(old, noon.AddDate(0, 0, -5), test.used))
			}
			if test.covered {
				in.Cover(inventory.Corebill, "com_1", inventory.KindKey)
			}
			found := audit.Find(in, audit.DefaultPolicy(), noon)
			if !test.found {
				if len(found) > 0 {
					t.Errorf("%+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].ID != "previous-overdue/key_0" || !strings.Contains(strings.Join(found[0].Evidence, "\n"), test.evidence) {
				t.Errorf("%+v", found)
			}
			if quiet := strings.Contains(strings.Join(found[0].Evidence, "\n"), "quiet"); quiet != (test.name == "still in use") {
				t.Errorf("%q", found[0].Evidence)
			}
		})
	}
}
