package audit

import (
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// What is live, as the inventory has it.
type (
	// Platform is one of the two.
	Platform = inventory.Platform
	// Kind is what an object is.
	Kind = inventory.Kind
	// Object names one thing on a platform.
	Object = inventory.Object
	// Company is a live company of Corebill's.
	Company = inventory.Company
	// Merchant is a live merchant of Billium's.
	Merchant = inventory.Merchant
	// Webhook is a live webhook of either platform.
	Webhook = inventory.Webhook
	// Ping is how a webhook's endpoint answered.
	Ping = inventory.Ping
	// PermissionSet is a live permission set of Billium's.
	PermissionSet = inventory.PermissionSet
	// Member is on a merchant's team.
	Member = inventory.Member
	// Invitation is one that was not accepted.
	Invitation = inventory.Invitation
)

// The platforms and the kinds of object.
const (
	Corebill Platform = inventory.Corebill
	Billium  Platform = inventory.Billium

	KindKey           = inventory.KindKey
	KindCompany       = inventory.KindCompany
	KindMerchant      = inventory.KindMerchant
	KindWebhook       = inventory.KindWebhook
	KindPermissionSet = inventory.KindPermissionSet
	KindMember        = inventory.KindMember
	KindInvitation    = inventory.KindInvitation
)

// resourceType is the type that declares such an object.
func resourceType(o Object) string {
	switch o.Kind {
	case KindKey:
		return "keyward_" + string(o.Platform) + "_api_key"
	case KindInvitation, KindMember:
		return "keyward_billium_team_member"
	default:
		return "keyward_" + string(o.Platform) + "_" + strings.ReplaceAll(string(o.Kind), " ", "_")
	}
}

// importID is the object's id as the provider imports it. inside is a company
// to reach an organization's key through.
func importID(o Object, inside string) string {
	switch {
	case o.Kind == KindCompany || o.Kind == KindMerchant:
		return o.ID
	case o.Scope == "" && inside != "":
		return inside + "/" + o.ID
	case o.Scope == "":
		return o.ID
	default:
		return o.Scope + "/" + o.ID
	}
}

// resourceName makes a name of a resource from what people call an object.
func resourceName(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(mask.Text(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	made := strings.Trim(b.String(), "_")
	if made == "" || made[0] >= '0' && made[0] <= '9' {
		return strings.TrimSuffix("this_"+made, "_")
	}
	return made
}
