package tfstate

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Resource is an object of one of Keyward's resources, as a state or a plan has it.
type Resource struct {
	Attributes

	// File is where it was read, Address where the configuration declares it, with the
	// module and the index.
	File, Address string
	// Type is one of Types, Platform is corebill or billium.
	Type, Platform string
	// Scope is the company or merchant that it belongs to, of these their own id; ""
	// for a key of the whole organization.
	Scope string
	// Tainted and Deposed are Terraform's marks.
	Tainted, Deposed bool
}

// Attributes are those of the provider's resources that any command looks at, of all
// types together. What the type doesn't have, or is null or unknown, is zero or nil.
// The token is not among them.
type Attributes struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	CompanyID  string `json:"company_id"`
	MerchantID string `json:"merchant_id"`

	// Of keys; Type is that of a Billium key.
	Type             *string `json:"type"`
	PermissionLevel  *string `json:"permission_level"`
	Enabled          *bool   `json:"enabled"`
	HasToken         present `json:"token"`
	TokenFingerprint string  `json:"token_fingerprint"`
	// RotateDue is when its age calls for a rotation.
	RotateDue         *time.Time `json:"rotate_due"`
	RotationRequested bool       `json:"rotation_requested"`
	Generation        int64      `json:"generation"`
	// Overlap is as declared in the rotation block; the zero value without one.
	Overlap Overlap `json:"rotation"`
	// Previous is the key that it replaced and that is still to be revoked.
	Previous *Previous `json:"previous"`
	// Orphaned are the ids of keys that interrupted applies left, still to be revoked.
	Orphaned ids `json:"orphaned"`
	// Revokes are ids of keys: those that are new in a plan, its apply revokes.
	Revokes []string `json:"revokes"`

	// Of keys, permission sets and members.
	Permissions          []string `json:"permissions"`
	EffectivePermissions []string `json:"effective_permissions"`
	PermissionSetID      *string  `json:"permission_set_id"`
	Description          *string  `json:"description"`

	// Of members.
	Email        string  `json:"email"`
	Role         *string `json:"role"`
	MemberID     *string `json:"member_id"`
	InvitationID *string `json:"invitation_id"`

	// Of companies.
	Slug          *string `json:"slug"`
	Currency      *string `json:"currency"`
	InvoicePrefix *string `json:"invoice_prefix"`
	QuotePrefix   *string `json:"quote_prefix"`
	LogoURL       *string `json:"logo_url"`

	// Of webhooks, Enabled and Description too. Timeout is in milliseconds.
	URL        *string  `json:"url"`
	Events     []string `json:"events"`
	IsActive   *bool    `json:"is_active"`
	RetryCount *int     `json:"retry_count"`
	Timeout    *int     `json:"timeout"`

	// Of merchants.
	EnforceTFA           *bool `json:"enforce_tfa"`
	EnforcePasskey       *bool `json:"enforce_passkey"`
	EnforceGoogleLogin   *bool `json:"enforce_google_login"`
	EnforceGithubLogin   *bool `json:"enforce_github_login"`
	EnforceEmailVerified *bool `json:"enforce_email_verified"`
}

// Previous is a key that a rotation replaced. Without a time the next apply revokes
// it.
type Previous struct {
	ID        string     `json:"id"`
	RevokeDue *time.Time `json:"revoke_due"`
}

// present is whether there is a value, which itself is not kept.
type present bool

func (p *present) UnmarshalJSON(value []byte) error {
	*p = string(value) != "null"
	return nil
}

// ids are those of a list of objects.
type ids []string

func (i *ids) UnmarshalJSON(list []byte) error {
	var objects []struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(list, &objects)
	for _, o := range objects {
		*i = append(*i, o.ID)
	}
	return err
}

// Overlap is what a rotation block says of it, with the provider's defaults.
type Overlap struct{ rotation.Overlap }

// UnmarshalJSON reads a rotation block.
func (o *Overlap) UnmarshalJSON(block []byte) error {
	var declared *struct {
		Overlap     *string `json:"overlap"`
		QuietPeriod *string `json:"quiet_period"`
		MaxOverlap  *string `json:"max_overlap"`
	}
	if err := json.Unmarshal(block, &declared); err != nil || declared == nil {
		return err
	}
	o.For = rotation.DefaultOverlap
	for _, field := range []struct {
		name string
		text *string
		into *time.Duration
	}{
		{"overlap", declared.Overlap, &o.For}, {"quiet_period", declared.QuietPeriod, &o.Quiet}, {"max_overlap", declared.MaxOverlap, &o.Max},
	} {
		if field.text == nil {
			continue
		}
		var err error
		if *field.into, err = duration.Parse(*field.text); err != nil {
			return fmt.Errorf("rotation.%s: %w", field.name, err)
		}
	}
	return nil
}

// object is a resource of any provider, as `terraform show -json` has it.
type object struct {
	Mode    string          `json:"mode"`
	Type    string          `json:"type"`
	Address string          `json:"address"`
	Tainted bool            `json:"tainted"`
	Deposed string          `json:"deposed_key"`
	Values  json.RawMessage `json:"values"`
}

// typed returns Keyward's resources of them: those that it manages, rather than reads,
// and whose type is known.
func typed(file string, objects []object) ([]Resource, error) {
	var found []Resource
	for _, o := range objects {
		if o.Mode != "managed" || !slices.Contains(Types, o.Type) {
			continue
		}
		r := Resource{File: file, Address: o.Address, Type: o.Type, Platform: platformOf(o.Type), Tainted: o.Tainted, Deposed: o.Deposed != ""}
		if err := decode(o.Address, o.Values, &r.Attributes); err != nil {
			return nil, err
		}
		r.Scope = r.CompanyID + r.MerchantID // it has one of them
		if thing := Thing(o.Type); thing == "company" || thing == "merchant" {
			r.Scope = r.ID
		}
		found = append(found, r)
	}
	return found, nil
}

// decode decodes attributes. The error names the resource.
func decode(address string, values json.RawMessage, into any) error {
	// A value that the error may repeat is a time, a duration or a number, never a token.
	if err := json.Unmarshal(values, into); err != nil {
		return fmt.Errorf("%s: its values are not in the form that the provider gives them: %w", address, err)
	}
	return nil
}
