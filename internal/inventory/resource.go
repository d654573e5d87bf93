package inventory

import (
	"net/url"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// kinds are the kinds of resource by what they manage.
var kinds = map[Platform]map[Kind]resourcekind.Kind{
	Corebill: {KindKey: resourcekind.CorebillAPIKey, KindCompany: resourcekind.CorebillCompany, KindWebhook: resourcekind.CorebillWebhook},
	Billium: {
		KindKey: resourcekind.BilliumAPIKey, KindMerchant: resourcekind.BilliumMerchant, KindWebhook: resourcekind.BilliumWebhook,
		KindPermissionSet: resourcekind.BilliumPermissionSet, KindMember: resourcekind.BilliumTeamMember, KindInvitation: resourcekind.BilliumTeamMember,
	},
}

// ResourceKind is the kind of resource that manages such an object.
func (o Object) ResourceKind() resourcekind.Kind { return kinds[o.Platform][o.Kind] }

// ImportID is the id by which the provider imports the object.
func (o Object) ImportID() string { return o.ResourceKind().ImportID(o.Scope, o.ID) }

// Generated is the resource that is written for a live object; its name is made of what
// people call it. companies are the names of Corebill's companies by id.
func Generated(item Item, companies map[string]string) resourcekind.Generated {
	ref := item.Ref()
	g := resourcekind.Generated{Type: ref.ResourceKind().ResourceType(), ID: ref.ID, Label: ref.Name}
	if ref.Platform == Corebill {
		g.Hint = companies[ref.Scope]
	}
	switch o := item.(type) {
	case *Company:
		g.Hint = o.Slug
	case *Webhook:
		g.Label = urlLabel(o.URL)
	case *Member:
		g.Label, g.Hint = local(o.Email), o.Email
	case *Invitation:
		g.Label, g.Hint = local(o.Email), o.Email
	}
	if ref.Kind == KindKey && ref.Platform == Corebill && ref.Scope == "" {
		g.Hint = "organization"
	}
	return g
}

func local(email string) string {
	before, _, _ := strings.Cut(email, "@")
	return before
}

// urlLabel is what people call an endpoint: its host and path.
func urlLabel(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "webhook"
	}
	return u.Hostname() + " " + u.Path
}

// Unmanageable says why no resource can manage an object, as the rest of "it can't,
// because …"; empty where one can. owned is that of a key.
func Unmanageable(item Item, owned Ownership) string {
	switch o := item.(type) {
	case Key:
		return unmanageableKey(o.Name, owned)
	case *PermissionSet:
		if o.Mark != "" {
			return "its creation is not finished: it has a provisional name, and nothing uses it"
		}
	case *Member:
		if o.Role == billium.Owner {
			return "the OWNER is managed in Billium's dashboard alone, where ownership is transferred"
		}
	case *Invitation:
		if o.Expired {
			return "it has expired: importing it would send it anew"
		}
	}
	return ""
}

func unmanageableKey(name string, owned Ownership) string {
	_, ephemeral := provisional.ParseEphemeral(name)
	switch {
	case owned == Own:
		return "it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere"
	case owned == MaybeOwn:
		return "it may be the key in use here (keyward could not tell which key that is: see keyward whoami), and a key that manages itself can lock itself out"
	case provisional.Is(name):
		return "its name is provisional: its creation is under way, or was never finished; once it is older than 15 minutes it is orphaned, and keyward keys prune revokes it"
	case ephemeral:
		return "it is an ephemeral key, for one run alone; keyward keys prune revokes it once it is past the time that its name says"
	case rotation.Marked(name):
		return "its name ends with \"" + rotation.Marker + "\", which asks for a rotation; rename it, then import it"
	default:
		return ""
	}
}
