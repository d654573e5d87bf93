package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// No remedy offers to revoke a key that a run may be creating or using.
func TestRemedyOfWhatCantBeDeclared(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		provisional.New("com_1", "CI", "A"):                                    "Don't declare it: its name is provisional",
		provisional.Ephemeral{Name: "CI", Until: noon.Add(time.Hour)}.String(): "Don't declare it: it is an ephemeral key",
		"CI" + rotation.Marker:                                                 "Rename it on the platform first",
		"CI":                                                                   "Declare it",
	} {
		key := &audit.Key{Key: inventory.Key{Platform: inventory.Corebill, ID: "key_1", Name: name, Scope: new("com_1"), CreatedAt: noon}}
		in := &audit.Inventory{DeclaredRead: true, Live: []inventory.Item{key}}
		for _, f := range audit.Find(in, audit.DefaultPolicy(), noon) {
			if f.Rule != "undeclared" {
				continue
			}
			offers := strings.Contains(f.Remedy.Text, "keyward keys revoke")
			if !strings.HasPrefix(f.Remedy.Text, want) || offers == strings.HasPrefix(want, "Don't") {
				t.Errorf("%q: %s", name, f.Remedy.Text)
			}
			want = ""
		}
		if want != "" {
			t.Errorf("%q is not found", name)
		}
	}
}

// An import block has the id by which the provider imports an object and the address
// that keyward import gives it; there is none of what import leaves out.
func TestImportBlock(t *testing.T) {
	t.Parallel()
	key := func(platform inventory.Platform, id, name, scope string) *audit.Key {
		k := &audit.Key{Key: inventory.Key{Platform: platform, ID: id, Name: name, CreatedAt: noon}}
		if scope != "" {
			k.Scope = &scope
		}
		return k
	}
	block := func(to, id string) string { return "import {\n  to = keyward_" + to + "\n  id = \"" + id + "\"\n}" }
	own, maybe, marked := key(inventory.Corebill, "key_own", "Mine", "com_1"), key(inventory.Corebill, "key_maybe", "Mine?", "com_1"), key(inventory.Billium, "key_r", "CI (rotate)", "mer_1")
	own.Owned, maybe.Owned = inventory.Own, inventory.MaybeOwn
	in := &audit.Inventory{
		DeclaredRead: true,
		Live: []inventory.Item{
			&inventory.Company{Object: inventory.Object{Platform: inventory.Corebill, Kind: inventory.KindCompany, ID: "com_1", Name: "One", Scope: "com_1"}, Slug: "one"},
			own, maybe, marked, key(inventory.Corebill, "key_org", "Büro", ""), key(inventory.Corebill, "key_7", "42", "com_1"),
			key(inventory.Corebill, "key_a", "Twin", "com_1"), key(inventory.Corebill, "key_b", "twin", ""), key(inventory.Billium, "key_c", "Twin", "mer_1"),
			&inventory.Invitation{Object: inventory.Object{Platform: inventory.Billium, Kind: inventory.KindInvitation, ID: "invite_1", Name: "a@example.com", Scope: "mer_1"}, Expired: true},
			&inventory.Webhook{
				Object: inventory.Object{Platform: inventory.Billium, Kind: inventory.KindWebhook, ID: "wh_1", Name: "https://example.com/in", Scope: "mer_1"}, URL: "https://example.com/in?token=x",
			},
		},
	}
	want := map[string]string{
		"key_own": "", "key_maybe": "", "key_r": "", "invite_1": "",
		"com_1":   block("corebill_company.one", "com_1"),
		"key_org": block("corebill_api_key.buro", "organization/key_org"),
		"key_7":   block("corebill_api_key.n42", "com_1/key_7"),
		"key_a":   block("corebill_api_key.twin_one", "com_1/key_a"),
		"key_b":   block("corebill_api_key.twin_organization", "organization/key_b"),
		"key_c":   block("billium_api_key.twin", "mer_1/key_c"),
		"wh_1":    block("billium_webhook.example_com_in", "mer_1/wh_1"),
	}
	for _, f := range audit.Find(in, audit.DefaultPolicy(), noon) {
		if f.Rule != "undeclared" {
			continue
		}
		code, known := want[f.Object.ID]
		if !known || f.Remedy.Code != code {
			t.Errorf("%s:\n%s\nwant\n%s", f.Object.Label(), f.Remedy.Code, code)
		}
		delete(want, f.Object.ID)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}
