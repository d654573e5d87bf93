package audit

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// values are the attributes of the provider's resources that an audit looks at,
// of all its types together. The token is never decoded: whether there is one is
// enough.
type values struct {
	ID         string  `json:"id"`
	Name       *string `json:"name"`
	CompanyID  *string `json:"company_id"`
	MerchantID *string `json:"merchant_id"`

	PermissionLevel      *string         `json:"permission_level"`
	Type                 *string         `json:"type"`
	Permissions          []string        `json:"permissions"`
	EffectivePermissions []string        `json:"effective_permissions"`
	PermissionSetID      *string         `json:"permission_set_id"`
	Enabled              *bool           `json:"enabled"`
	Token                json.RawMessage `json:"token"`
	CreatedAt            *time.Time      `json:"created_at"`
	RotateDue            *time.Time      `json:"rotate_due"`
	Rotation             *struct {
		QuietPeriod *string `json:"quiet_period"`
	} `json:"rotation"`
	Previous *struct {
		ID        string     `json:"id"`
		RevokeDue *time.Time `json:"revoke_due"`
	} `json:"previous"`
	Orphaned []struct {
		ID string `json:"id"`
	} `json:"orphaned"`

	Slug          *string `json:"slug"`
	Currency      *string `json:"currency"`
	InvoicePrefix *string `json:"invoice_prefix"`
	QuotePrefix   *string `json:"quote_prefix"`
	LogoURL       *string `json:"logo_url"`

	URL         *string  `json:"url"`
	Events      []string `json:"events"`
	IsActive    *bool    `json:"is_active"`
	Description *string  `json:"description"`
	RetryCount  *int     `json:"retry_count"`
	Timeout     *int     `json:"timeout"`

	Email        *string `json:"email"`
	Role         *string `json:"role"`
	MemberID     *string `json:"member_id"`
	InvitationID *string `json:"invitation_id"`

	EnforceTFA           *bool `json:"enforce_tfa"`
	EnforcePasskey       *bool `json:"enforce_passkey"`
	EnforceGoogleLogin   *bool `json:"enforce_google_login"`
	EnforceGithubLogin   *bool `json:"enforce_github_login"`
	EnforceEmailVerified *bool `json:"enforce_email_verified"`
}

// declaredFrom reads a resource of the provider's; nil for any other.
func declaredFrom(resource tfdoc.Resource) (*Declared, error) {
	read, ours := readers[resource.Type]
	if !ours {
		return nil, nil
	}
	var v values
	if err := resource.Decode(&v); err != nil {
		return nil, err
	}
	d := &Declared{Fields: map[string]string{}}
	d.ID, d.Name = v.ID, deref(v.Name)
	d.Platform, d.Scope = Corebill, deref(v.CompanyID)
	if strings.HasPrefix(resource.Type, "keyward_billium_") {
		d.Platform, d.Scope = Billium, deref(v.MerchantID)
	}
	read(d, &v)
	return d, nil
}

var readers = map[string]func(*Declared, *values){
	"keyward_corebill_api_key":       readKey,
	"keyward_billium_api_key":        readKey,
	"keyward_corebill_company":       readCompany,
	"keyward_corebill_webhook":       readWebhook,
	"keyward_billium_webhook":        readWebhook,
	"keyward_billium_permission_set": readSet,
	"keyward_billium_team_member":    readMember,
	"keyward_billium_merchant":       readMerchant,
}

func readKey(d *Declared, v *values) {
	d.Kind = KindKey
	d.Key = &DeclaredKey{RotateDue: v.RotateDue, TokenInState: len(v.Token) > 0 && string(v.Token) != "null"}
	if v.CreatedAt != nil {
		d.Key.CreatedAt = *v.CreatedAt
	}
	if v.Rotation != nil && v.Rotation.QuietPeriod != nil {
		// What is no duration, the provider has refused.
		d.Key.QuietPeriod, _ = time.ParseDuration(*v.Rotation.QuietPeriod)
	}
	if v.Previous != nil {
		d.Key.Previous = &PreviousKey{ID: v.Previous.ID, RevokeDue: v.Previous.RevokeDue}
	}
	for _, orphan := range v.Orphaned {
		d.Key.Orphaned = append(d.Key.Orphaned, orphan.ID)
	}
	d.text("name", v.Name)
	d.text("permission_level", v.PermissionLevel)
	d.text("type", v.Type)
	d.flag("enabled", v.Enabled)
	d.grant(v)
}

// grant notes what is granted: a set, or permissions. What is inherited is
// nobody's declaration.
func (d *Declared) grant(v *values) {
	switch {
	case v.PermissionSetID != nil:
		d.text("permission_set_id", v.PermissionSetID)
	case v.EffectivePermissions != nil && v.Permissions != nil:
		d.list("permissions", v.EffectivePermissions)
	case v.Permissions != nil:
		d.list("permissions", written(v.Permissions))
	}
}

func readCompany(d *Declared, v *values) {
	d.Kind, d.Scope = KindCompany, v.ID
	d.text("name", v.Name)
	d.text("slug", v.Slug)
	d.text("currency", v.Currency)
	d.text("invoice_prefix", v.InvoicePrefix)
	d.text("quote_prefix", v.QuotePrefix)
	d.text("logo_url", v.LogoURL)
}

func readWebhook(d *Declared, v *values) {
	d.Kind, d.Name = KindWebhook, mask.URL(deref(v.URL))
	d.text("url", v.URL)
	d.list("events", v.Events)
	d.flag("enabled", v.Enabled)
	d.flag("enabled", v.IsActive)
	d.text("description", v.Description)
	d.number("retry_count", v.RetryCount)
	d.number("timeout", v.Timeout)
}

func readSet(d *Declared, v *values) {
	d.Kind = KindPermissionSet
	d.text("name", v.Name)
	d.text("description", v.Description)
	d.grant(v)
}

func readMember(d *Declared, v *values) {
	d.Kind, d.Name = KindMember, strings.ToLower(deref(v.Email))
	if v.MemberID == nil && v.InvitationID != nil {
		d.Kind = KindInvitation
	}
	d.Fields["email"] = d.Name
	d.text("role", v.Role)
	d.grant(v)
}

func readMerchant(d *Declared, v *values) {
	d.Kind, d.Scope = KindMerchant, v.ID
	d.text("name", v.Name)
	for name, flag := range map[string]*bool{
		"tfa": v.EnforceTFA, "passkey": v.EnforcePasskey, "google_login": v.EnforceGoogleLogin,
		"github_login": v.EnforceGithubLogin, "email_verified": v.EnforceEmailVerified,
	} {
		d.flag("enforce_"+name, flag)
	}
}

func (d *Declared) text(name string, value *string) {
	if value != nil {
		d.Fields[name] = *value
	}
}

func (d *Declared) flag(name string, value *bool) {
	if value != nil {
		d.Fields[name] = strconv.FormatBool(*value)
	}
}

func (d *Declared) number(name string, value *int) {
	if value != nil {
		d.Fields[name] = strconv.Itoa(*value)
	}
}

func (d *Declared) list(name string, value []string) {
	if value != nil {
		d.Fields[name] = canonical(value)
	}
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
