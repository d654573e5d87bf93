package audit

import (
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Platform is one of the two.
type Platform string

// The two platforms.
const (
	Corebill Platform = "corebill"
	Billium  Platform = "billium"
)

// Title returns the platform's name as people write it.
func (p Platform) Title() string {
	if p == Corebill {
		return "Corebill"
	}
	return "Billium"
}

// Kind is what an object is.
type Kind string

// The kinds of object that an audit knows.
const (
	KindKey           Kind = "key"
	KindCompany       Kind = "company"
	KindMerchant      Kind = "merchant"
	KindWebhook       Kind = "webhook"
	KindPermissionSet Kind = "permission set"
	KindMember        Kind = "member"
	KindInvitation    Kind = "invitation"

	// kindLogs stands for api_logs where it is said what was read.
	kindLogs Kind = "api_logs"
)

// Object names one thing on a platform.
type Object struct {
	Platform Platform `json:"platform"`
	Kind     Kind     `json:"kind"`
	ID       string   `json:"id"`
	// Name as people gave it: a key's name, a member's address, a webhook's URL.
	Name string `json:"name"`
	// Scope is Corebill's company or Billium's merchant; "" is the organization.
	Scope string `json:"scope"`
}

// Label is the object in a sentence: `key "CI" (key_…)`.
func (o Object) Label() string {
	if o.Name == "" || o.Name == o.ID {
		return o.Short()
	}
	return o.Short() + " (" + o.ID + ")"
}

// Short is the object where its id is said elsewhere: `key "CI"`.
func (o Object) Short() string {
	if o.Name == "" {
		return string(o.Kind) + " " + o.ID
	}
	return string(o.Kind) + ` "` + o.Name + `"`
}

// resourceType is the type that declares such an object.
func (o Object) resourceType() string {
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
func (o Object) importID(inside string) string {
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
