package inventory

import (
	"iter"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// Platform is one of the two.
type Platform string

// Title returns the platform's name as people write it.
func (p Platform) Title() string {
	if p == Corebill {
		return "Corebill"
	}
	return "Billium"
}

// scopeNoun is what its objects belong to.
func (p Platform) scopeNoun() string {
	if p == Corebill {
		return "company"
	}
	return "merchant"
}

// Kind is what an object is.
type Kind string

// The kinds of object, and KindLogs for the rows of api_logs.
const (
	KindKey           Kind = "key"
	KindCompany       Kind = "company"
	KindMerchant      Kind = "merchant"
	KindWebhook       Kind = "webhook"
	KindPermissionSet Kind = "permission set"
	KindMember        Kind = "member"
	KindInvitation    Kind = "invitation"
	KindLogs          Kind = "api_logs"
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

// Ref returns the object itself.
func (o Object) Ref() Object { return o }

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

// Item is a live object: a Key, or a pointer to one of the types below.
type Item interface {
	// Ref names it.
	Ref() Object
}

// Company is a live company of Corebill's.
type Company struct {
	Object

	Slug, Currency, InvoicePrefix, QuotePrefix string
	LogoURL                                    *string
}

// Merchant is a live merchant of Billium's.
type Merchant struct {
	Object

	// Factors are what the team security enforces, by the names that the provider
	// gives them: tfa, passkey, google_login, github_login, email_verified. Nil
	// where they could not be read.
	Factors map[string]bool
}

// Webhook is a live webhook of either platform.
type Webhook struct {
	Object

	URL     string
	Events  []string
	Enabled bool
	// Description, RetryCount and Timeout (in milliseconds) are Billium's.
	Description *string
	RetryCount  int
	Timeout     int
	// Secrets are what is shown of its signing secrets.
	Secrets []SecretPreview
	// Ping is what came of a ping; nil where none was sent.
	Ping *Ping
}

// SecretPreview is the beginning of a signing secret, and whether events are signed
// with it.
type SecretPreview struct {
	Prefix string
	Active bool
}

// Ping is how a webhook's endpoint answered.
type Ping struct {
	Delivered bool
	// Status of the answer, 0 for none.
	Status int
	Error  string
}

// PermissionSet is a live permission set of Billium's.
type PermissionSet struct {
	Object

	Description *string
	Permissions []billium.Permission
	// Mark is what a provisional name says: being created, or orphaned.
	Mark provisional.Mark
}

// Member is on a merchant's team. Its name is the address in small letters.
type Member struct {
	Object

	Email           string
	Role            billium.Role
	Permissions     []billium.Permission
	PermissionSetID string
	JoinedAt        time.Time
}

// Invitation is one that was not accepted. Its name is the address in small letters.
type Invitation struct {
	Object

	Email           string
	Role            billium.Role
	Permissions     []billium.Permission // nil: all that the role allows, or a set's
	PermissionSetID string
	CreatedAt       time.Time
	ExpiresAt       time.Time
	Expired         bool
}

func newPing(delivered bool, status *int, reason *string) *Ping {
	ping := &Ping{Delivered: delivered, Error: deref(reason)}
	if status != nil {
		ping.Status = *status
	}
	return ping
}

// words returns texts as texts of another type.
func words[To, From ~string](in []From) []To {
	out := make([]To, len(in))
	for i, word := range in {
		out[i] = To(word)
	}
	return out
}

// mapped yields what a list has, as something else.
func mapped[T, To any](list iter.Seq2[T, error], as func(T) To) iter.Seq2[To, error] {
	return func(yield func(To, error) bool) {
		for object, err := range list {
			var to To
			if err == nil {
				to = as(object)
			}
			if !yield(to, err) {
				return
			}
		}
	}
}

// deref returns what a text is; "" for none.
func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
