// Package providerdata is what the provider's configuration gives to resources
// and data sources: a client for each platform, its defaults, and clear words
// where a platform isn't configured.
package providerdata

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Data is what the provider hands to everything that it registers.
type Data struct {
	// OpenEphemerals are the ephemeral objects to revoke when the process ends.
	OpenEphemerals *OpenEphemerals

	Corebill *Corebill
	Billium  *Billium
}

// Status tells whether a platform can be called.
type Status struct {
	// Missing are the provider attributes that neither the configuration nor
	// the environment gives.
	Missing []Setting
	// Unknown are the provider attributes whose value is known only after apply.
	Unknown []Setting
}

// Setting is a provider attribute and the environment variable in its place.
type Setting struct{ Attribute, Variable string }

// Ready reports whether the platform can be called.
func (s Status) Ready() bool { return len(s.Missing) == 0 && len(s.Unknown) == 0 }

// Deferred reports whether the platform can be called only once values are
// known that a plan doesn't know yet.
func (s Status) Deferred() bool { return len(s.Missing) == 0 && len(s.Unknown) > 0 }

// Diagnostic says what has to be set before object can be managed, for a
// platform that isn't ready.
func (s Status) Diagnostic(platform, object string) diag.Diagnostic {
	if s.Deferred() {
		return diag.NewErrorDiagnostic(platform+" credentials are not known yet",
			fmt.Sprintf("%s can't be reached: %s depends on something that has not been created yet. "+
				"Apply that first (terraform apply -target=…), or set the value from a variable or the environment (%s).",
				object, attributes(s.Unknown), variables(s.Unknown)))
	}
	return diag.NewErrorDiagnostic(platform+" is not configured",
		fmt.Sprintf("%s can't be reached without %s. Set %s in the provider block, or the environment variable%s %s.",
			object, attributes(s.Missing), attributes(s.Missing), plural(s.Missing), variables(s.Missing)))
}

func attributes(settings []Setting) string {
	return join(settings, func(s Setting) string { return s.Attribute })
}

func variables(settings []Setting) string {
	return join(settings, func(s Setting) string { return s.Variable })
}

func join(settings []Setting, word func(Setting) string) string {
	words := make([]string, len(settings))
	for i, s := range settings {
		words[i] = word(s)
	}
	return strings.Join(words, " and ")
}

func plural(settings []Setting) string {
	if len(settings) == 1 {
		return ""
	}
	return "s"
}

// Access is what a kind of resource, data source or action takes from the provider: a
// kind's platform embeds ToCorebill or ToBillium.
type Access interface {
	// Use takes the provider's access to the platform.
	Use(data *Data)
	// Status tells whether the platform can be called.
	Status() Status
}

// ToCorebill is the access to Corebill.
type ToCorebill struct{ *Corebill }

// Use takes the provider's access to Corebill.
func (a *ToCorebill) Use(data *Data) { a.Corebill = data.Corebill }

// Status tells whether Corebill can be called.
func (a *ToCorebill) Status() Status { return a.Corebill.Status }

// ToBillium is the access to Billium.
type ToBillium struct{ *Billium }

// Use takes the provider's access to Billium.
func (a *ToBillium) Use(data *Data) { a.Billium = data.Billium }

// Status tells whether Billium can be called.
func (a *ToBillium) Status() Status { return a.Billium.Status }

// Use hands on what Terraform gives to Configure; it gives nothing while it validates.
func Use(providerData any, access interface{ Use(data *Data) }) {
	if data, ok := providerData.(*Data); ok {
		access.Use(data)
	}
}

// Corebill is the configured access to Corebill.
type Corebill struct {
	Status
	Client *corebill.Client
	// CompanyID is the default company; empty where none is set.
	CompanyID string
	// CompanyUnknown is true where the default is known only after apply.
	CompanyUnknown bool
	// Credential is the provider's key, to tell it from the keys that are managed.
	Credential client.Secret

	// Now is the clock.
	Now func() time.Time
	// Claims is what the walk has shown of keys.
	Claims Claims
	// MovingKeys are the keys of companies that they are about to leave.
	MovingKeys Holders

	objects Objects

	companies  cached[[]corebillapi.Company]
	privileges cached[CallerPrivileges]
	self       cached[string]
	gone       sync.Map // ids of companies, true

	all      byScope[[]corebillapi.APIKey]
	replaced byScope[map[string]bool]
	keys     lists[corebillapi.APIKey]
	webhooks lists[corebillapi.Webhook]
	reached  lists[corebillapi.Company]
}

// IsCredential reports whether a token is the provider's own.
func (c *Corebill) IsCredential(token string) bool {
	own, other := sha256.Sum256([]byte(c.Credential.Reveal())), sha256.Sum256([]byte(token))
	return !c.Credential.Empty() && subtle.ConstantTimeCompare(own[:], other[:]) == 1
}

// Billium is the configured access to Billium.
type Billium struct {
	Status
	Client *billium.Client
	// MerchantID is the default merchant; empty while it is not known.
	MerchantID string
	// Now is the clock.
	Now func() time.Time
	// Claims is what the walk has shown of keys.
	Claims Claims
	// SetKeys are the keys with a permission set.
	SetKeys Holders

	objects Objects

	current cached[*billiumapi.CurrentAPIKey]
	team    cached[*Team]
	issuer  cached[string]

	all      byScope[[]billiumapi.APIKey]
	replaced byScope[map[string]bool]
	keys     lists[billiumapi.APIKey]
	sets     lists[billiumapi.PermissionSet]
	webhooks lists[billiumapi.Webhook]

	planned sync.Map // of plannedSet by id
	newSets atomic.Bool
	leaving leaving
}
