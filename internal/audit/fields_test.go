package audit

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Every field of a live object is compared with what a declaration has of it, by the same
// name and in the same form.
func TestEveryLiveFieldCanBeDeclared(t *testing.T) {
	t.Parallel()
	text, yes, one, viewed := "x", true, 1, []billium.Permission{"invoice:view"}
	of := func(platform inventory.Platform, kind inventory.Kind) inventory.Object {
		return inventory.Object{Platform: platform, Kind: kind, ID: "id", Name: text}
	}
	factors := map[string]bool{"tfa": yes, "passkey": yes, "google_login": yes, "github_login": yes, "email_verified": yes}
	granted := tfstate.Attributes{Name: text, Description: &text, Enabled: &yes, Role: &text, Permissions: []string{"invoice:view"}}
	inSet := tfstate.Attributes{PermissionSetID: &text}
	for name, test := range map[string]struct {
		live     inventory.Item
		declared []tfstate.Attributes
	}{
		"a Corebill key": {&Key{Key: inventory.Key{Platform: inventory.Corebill, Name: text, Status: inventory.Live, Level: corebill.Level(text)}},
			[]tfstate.Attributes{{Name: text, Enabled: &yes, PermissionLevel: &text}}},
		"a Billium key": {&Key{Key: inventory.Key{Platform: inventory.Billium, Name: text, Status: inventory.Live, Type: billium.KeyType(text), Permissions: viewed, PermissionSetID: &text}},
			[]tfstate.Attributes{granted, inSet, {Type: &text}}},
		"a company": {&inventory.Company{Object: of(inventory.Corebill, inventory.KindCompany), Slug: text, Currency: text, InvoicePrefix: text, QuotePrefix: text, LogoURL: &text},
			[]tfstate.Attributes{{Name: text, Slug: &text, Currency: &text, InvoicePrefix: &text, QuotePrefix: &text, LogoURL: &text}}},
		"a merchant": {&inventory.Merchant{Object: of(inventory.Billium, inventory.KindMerchant), Factors: factors},
			[]tfstate.Attributes{{Name: text, EnforceTFA: &yes, EnforcePasskey: &yes, EnforceGoogleLogin: &yes, EnforceGithubLogin: &yes, EnforceEmailVerified: &yes}}},
		"a webhook": {&inventory.Webhook{Object: of(inventory.Billium, inventory.KindWebhook), URL: text, Events: []string{text}, Enabled: yes, Description: &text, RetryCount: one, Timeout: one},
			[]tfstate.Attributes{{URL: &text, Events: []string{text}, IsActive: &yes, Description: &text, RetryCount: &one, Timeout: &one}}},
		"a permission set": {&inventory.PermissionSet{Object: of(inventory.Billium, inventory.KindPermissionSet), Description: &text, Permissions: viewed},
			[]tfstate.Attributes{granted}},
		"a member": {&inventory.Member{Object: of(inventory.Billium, inventory.KindMember), Role: billium.Role(text), Permissions: viewed, PermissionSetID: text},
			[]tfstate.Attributes{granted, inSet}},
	} {
		said := map[string]string{"email": text} // which is in small letters
		for _, attributes := range test.declared {
			for field, value := range declaredFields(&attributes) {
				said[field] = value
			}
		}
		for field, value := range fieldsOf(test.live) {
			if said[field] != value {
				t.Errorf("%s: the live %s is %q, the declared one %q", name, field, value, said[field])
			}
		}
	}
}
