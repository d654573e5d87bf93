package audit_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// TestMarked checks what is found of keys that their names mark: that, and nothing
// else.
func TestMarked(t *testing.T) {
	pending := provisional.New("com_1", "CI", "A")
	ephemeral := provisional.Ephemeral{Name: "CI", Until: noon.Add(-time.Hour)}.String()
	for _, test := range []struct {
		name, key string
		mark      provisional.Mark
		used      *time.Time
		want      string
		severity  audit.Severity
	}{
		{"being created", pending, provisional.Creating, nil, "orphaned", audit.Info},
		{"orphaned", pending, provisional.Orphan, nil, "orphaned", audit.Low},
		{"verified, then orphaned", pending, provisional.Orphan, new(noon.AddDate(0, 0, -100).Add(time.Minute)), "orphaned", audit.Low},
		{"orphaned, but used", pending, provisional.Orphan, new(noon.AddDate(0, 0, -1)), "orphaned", audit.High},
		{"in a state's orphaned", "CI", "", nil, "orphaned", audit.Low},
		{"expired", ephemeral, provisional.Expired, nil, "expired", audit.Medium},
	} {
		t.Run(test.name, func(t *testing.T) {
			key := func(id string) *audit.Key {
				return &audit.Key{Key: inventory.Key{
					Platform: inventory.Corebill, Account: "a", ID: id, Name: test.key, Scope: new("com_1"), CreatedBy: "key_0", CreatedAt: noon.AddDate(0, 0, -100), LastUsedAt: test.used, Mark: test.mark, Level: corebill.Admin,
				}}
			}
			in := &audit.Inventory{Live: []inventory.Item{key("key_1"), key("key_2")}, DeclaredRead: true}
			if test.mark == "" {
				in.Declared = []*audit.Declared{{
					Object: inventory.Object{Platform: inventory.Corebill, Kind: inventory.KindKey, ID: "key_3", Name: "CI", Scope: "com_1"}, File: "f", Address: "a.b",
					Key: &tfstate.Attributes{Orphaned: []string{"key_1", "key_2"}},
				}}
			}
			found := audit.Find(in, audit.DefaultPolicy(), noon)
			if len(found) != 2 {
				t.Fatalf("%+v", found)
			}
			for _, f := range found {
				if f.Rule != test.want || f.Severity != test.severity {
					t.Errorf("%s, %s: %s", f.Rule, f.Severity, f.Title)
				}
				checkFinding(t, f)
			}
			if len(in.Live) != 2 {
				t.Error("the inventory has lost them")
			}
		})
	}
}
