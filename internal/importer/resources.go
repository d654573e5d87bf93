package importer

import (
	"fmt"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

// What a webhook of Billium's has where nothing is declared. Source: docs.
const (
	defaultRetryCount = 3
	defaultTimeout    = 30000 // milliseconds
)

// take adds what is live as a resource, or leaves it out. owned is that of a key.
func (p *part) take(item inventory.Item, owned inventory.Ownership) {
	if why := inventory.Unmanageable(item, owned); why != "" {
		p.leave(called(item), why)
		return
	}
	o := &object{Generated: inventory.Generated(item, p.companies), importID: item.Ref().ImportID()}
	switch live := item.(type) {
	case inventory.Key:
		key(o, live)
	case *inventory.Company:
		company(o, live)
	case *inventory.Merchant:
		if live.Factors == nil {
			return // what could not be read is told
		}
		merchant(o, live)
	case *inventory.PermissionSet:
		permissionSet(o, live)
	case *inventory.Member:
		member(o, live.Email, live.Role, live.PermissionSetID, live.Permissions)
	case *inventory.Invitation:
		permissions := live.Permissions
		if permissions == nil {
			permissions = live.Role.Permissions()
		}
		member(o, live.Email, live.Role, live.PermissionSetID, permissions)
	case *inventory.Webhook:
		webhook(o, live)
	}
	p.add(o)
}

// called names an object that is left out.
func called(item inventory.Item) string {
	switch o := item.(type) {
	case inventory.Key:
		return fmt.Sprintf("The %s key %q (%s, %s…)", o.Platform.Title(), o.Name, o.ID, o.KeyPrefix)
	case *inventory.Member:
		return "The team member " + o.Email + " (" + o.ID + ")"
	case *inventory.Invitation:
		return "The invitation of " + o.Email + " (" + o.ID + ")"
	default:
		return "The " + string(item.Ref().Kind) + " " + item.Ref().Name + " (" + item.Ref().ID + ")"
	}
}

func company(o *object, c *inventory.Company) {
	o.text("name", c.Name)
	o.text("slug", c.Slug)
	o.text("currency", c.Currency)
	o.text("invoice_prefix", c.InvoicePrefix)
	o.text("quote_prefix", c.QuotePrefix)
	o.textOr("logo_url", c.LogoURL)
}

func merchant(o *object, m *inventory.Merchant) {
	o.text("name", m.Name)
	for _, factor := range []string{"tfa", "passkey", "google_login", "github_login", "email_verified"} {
		o.set("enforce_"+factor, cty.BoolVal(m.Factors[factor]))
	}
}

func permissionSet(o *object, s *inventory.PermissionSet) {
	o.text("name", s.Name)
	o.textOr("description", s.Description)
	o.set("permissions", tfconfig.Texts(sorted(s.Permissions)))
}

func key(o *object, k inventory.Key) {
	o.comment = k.KeyPrefix + "…, created " + k.CreatedAt.UTC().Format(time.DateOnly)
	o.text("name", k.Name)
	if k.Platform == inventory.Corebill {
		if k.Scope == nil {
			o.set("organization", cty.True)
		} else {
			o.refer("company_id", *k.Scope)
		}
		o.text("permission_level", string(k.Level))
	} else {
		public := k.Type == billium.Public
		if public {
			o.text("type", string(k.Type))
		}
		switch {
		case k.PermissionSetID != nil:
			o.refer("permission_set_id", *k.PermissionSetID)
		case !public: // a public key always has the same three
			o.set("permissions", tfconfig.Texts(sorted(k.Permissions)))
		}
	}
	if k.Status == inventory.Disabled {
		o.set("enabled", cty.False)
	}
}

// member is who is on the team or invited to it. All that the role allows needs no
// declaration.
func member(o *object, email string, role billium.Role, setID string, permissions []billium.Permission) {
	o.text("email", email)
	o.text("role", string(role))
	if setID != "" {
		o.refer("permission_set_id", setID)
	} else if has := sorted(permissions); !slices.Equal(has, billium.Names(role.Permissions())) {
		o.set("permissions", tfconfig.Texts(has))
	}
}

func webhook(o *object, w *inventory.Webhook) {
	corebill := w.Platform == inventory.Corebill
	if corebill {
		o.refer("company_id", w.Scope)
	}
	o.text("url", w.URL)
	o.set("events", tfconfig.Texts(w.Events))
	o.textOr("description", w.Description)
	switch {
	case !w.Enabled && corebill:
		o.set("enabled", cty.False)
	case !w.Enabled:
		o.set("is_active", cty.False)
	}
	if !corebill && w.RetryCount != defaultRetryCount {
		o.set("retry_count", cty.NumberIntVal(int64(w.RetryCount)))
	}
	if !corebill && w.Timeout != defaultTimeout {
		o.set("timeout", cty.NumberIntVal(int64(w.Timeout)))
	}
}

// sorted returns permissions by name, in the order of the platform's catalogue.
func sorted(permissions []billium.Permission) []string {
	return billium.Names(billium.Sort(permissions))
}
