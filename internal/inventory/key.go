package inventory

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// Status is whether a key is accepted.
type Status string

// What a key can be.
const (
	Live     Status = "live"
	Disabled Status = "disabled"
	Revoked  Status = "revoked"
)

// The platforms' names, as records have them.
const (
	Corebill = "corebill"
	Billium  = "billium"
)

// Key is an API key of either platform. It never holds a token.
type Key struct {
	Platform Platform `json:"platform"`
	// Account is the name of the account that it was found with.
	Account string `json:"account"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	// Scope is the company or the merchant that it belongs to; null for a key of
	// the whole organization.
	Scope *string `json:"scope"`
	// ScopeName is the company's name; empty where it is not known.
	ScopeName string `json:"scope_name,omitempty"`
	KeyPrefix string `json:"key_prefix"`
	Status    Status `json:"status"`
	// Mark is what the name says: being created, orphaned, expired; empty for any
	// other key, and for a revoked one.
	Mark provisional.Mark `json:"mark,omitempty"`
	// Level is Corebill's.
	Level corebill.Level `json:"permission_level,omitempty"`
	// Type, Permissions and PermissionSetID are Billium's.
	Type            billium.KeyType      `json:"type,omitempty"`
	Permissions     []billium.Permission `json:"permissions,omitempty"`
	PermissionSetID *string              `json:"permission_set_id,omitempty"`
	CreatedBy       string               `json:"created_by"`
	CreatedAt       time.Time            `json:"created_at"`
	LastUsedAt      *time.Time           `json:"last_used_at"`
	RevokedAt       *time.Time           `json:"revoked_at"`

	reader *reader
	// place is the company or merchant that requests about the key name.
	place Place
}

// read completes a key that was just read through an account, in a company or merchant.
func (k Key) read(h *reader, at Place) Key {
	k.Platform, k.Account, k.reader, k.place = h.about.Platform, h.about.Name, h, at
	if k.Status != Revoked {
		k.Mark = provisional.MarkOf(k.Name, k.CreatedAt, h.PlatformNow())
	}
	if k.Scope != nil && k.Platform == Corebill {
		k.ScopeName = at.Name
	}
	return k
}

// Ref names the key as an object.
func (k Key) Ref() Object {
	return Object{k.Platform, KindKey, k.ID, k.Name, deref(k.Scope)}
}

// Access says in a few words what the key may do.
func (k Key) Access() string {
	switch {
	case k.Platform == Corebill:
		return string(k.Level)
	case k.Type == billium.Public:
		return "public"
	case len(k.Permissions) == len(billium.Permissions()):
		return "all permissions"
	case len(k.Permissions) == 1:
		return string(k.Permissions[0])
	default:
		return fmt.Sprintf("%d permissions", len(k.Permissions))
	}
}

// Where says what the key belongs to.
func (k Key) Where() string {
	switch {
	case k.Scope == nil:
		return "organization"
	case k.ScopeName != "":
		return k.ScopeName
	default:
		return *k.Scope
	}
}

// String names the key in messages.
func (k Key) String() string { return fmt.Sprintf("%s (%s…, %q)", k.ID, k.KeyPrefix, k.Name) }

// ResourceType is the type of the Terraform resource that manages such a key.
func (k Key) ResourceType() string { return k.Ref().ResourceKind().ResourceType() }

// Organization reports whether the key reaches every company.
func (k Key) Organization() bool { return k.Platform == Corebill && k.Scope == nil }

// State says whether the key is accepted or, for a key that its name marks, what
// the name says of it.
func (k Key) State() string {
	if k.Mark != "" {
		return string(k.Mark)
	}
	return string(k.Status)
}

func status(enabled bool, revokedAt *time.Time) Status {
	switch {
	case revokedAt != nil:
		return Revoked
	case !enabled:
		return Disabled
	default:
		return Live
	}
}
