package importer

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// corebillReader reads a Corebill account.
type corebillReader struct {
	inventory.CorebillAccount
	*part

	// self is the account's own key; nil where it could not be told.
	self     *inventory.Key
	progress func(string)
	seen     map[string]bool
}

func (r *corebillReader) read(ctx context.Context) error {
	companies, err := r.Companies(ctx)
	if err != nil {
		return err
	}
	r.seen = map[string]bool{}
	for _, c := range companies {
		r.company(c)
	}
	for _, c := range companies {
		r.progress("company " + c.Name)
		if err := r.keys(ctx, c); err != nil {
			return err
		}
	}
	for _, c := range companies {
		if err := r.webhooks(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *corebillReader) company(c corebillapi.Company) {
	o := &object{kind: "keyward_corebill_company", id: c.ID, importID: c.ID, label: c.Name, hint: c.Slug}
	o.text("name", c.Name)
	o.text("slug", c.Slug)
	o.text("currency", c.Currency)
	o.text("invoice_prefix", c.InvoicePrefix)
	o.text("quote_prefix", c.QuotePrefix)
	o.textOr("logo_url", c.LogoURL)
	r.add(o)
}

func (r *corebillReader) keys(ctx context.Context, company corebillapi.Company) error {
	for key, err := range r.Client.APIKeys(ctx, company.ID, corebill.KeyFilter{}) {
		if err != nil {
			return err
		}
		if r.seen[key.ID] {
			continue // an organization key is in every company's list
		}
		r.seen[key.ID] = true
		if why := r.unmanageable(key); why != "" {
			r.leave(keyLabel("Corebill", key.Name, key.ID, key.KeyPrefix), why)
			continue
		}
		r.key(key, company)
	}
	return nil
}

func (r *corebillReader) key(key corebillapi.APIKey, company corebillapi.Company) {
	o := &object{kind: "keyward_corebill_api_key", id: key.ID, label: key.Name, hint: company.Name, comment: keyComment(key.KeyPrefix, key.CreatedAt)}
	o.text("name", key.Name)
	if key.CompanyID == nil {
		o.importID, o.hint = "organization/"+key.ID, "organization"
		o.set("organization", cty.True)
	} else {
		o.importID = *key.CompanyID + "/" + key.ID
		o.refer("company_id", *key.CompanyID)
	}
	o.text("permission_level", string(key.PermissionLevel))
	if key.Disabled {
		o.set("enabled", cty.False)
	}
	r.add(o)
}

// unmanageable says why a key can't be managed; "" where it can.
func (r *corebillReader) unmanageable(key corebillapi.APIKey) string {
	return cmp.Or(own(r.self, r.Credential, key.ID, key.KeyPrefix), byName(key.Name))
}

// own says that a key is the account's own or, where which one that is could not be told
// and self is nil, that it may be; "" where it can't be.
func own(self *inventory.Key, credential client.Secret, id, prefix string) string {
	switch {
	case self != nil && self.ID == id:
		return ownKey
	case self == nil && strings.HasPrefix(credential.Reveal(), prefix):
		return maybeOwnKey
	}
	return ""
}

func (r *corebillReader) webhooks(ctx context.Context, company corebillapi.Company) error {
	for hook, err := range r.Client.Webhooks(ctx, company.ID) {
		if why, ok := forbidden(err); ok {
			r.leave("The webhooks of the company "+company.Name+" ("+company.ID+")", why)
			return nil
		}
		if err != nil {
			return err
		}
		o := &object{
			kind: "keyward_corebill_webhook", id: hook.ID, importID: company.ID + "/" + hook.ID, label: urlLabel(hook.URL), hint: company.Name,
		}
		o.refer("company_id", company.ID)
		o.text("url", hook.URL)
		o.set("events", list(words(hook.Events)))
		if !hook.Enabled {
			o.set("enabled", cty.False)
		}
		r.add(o)
	}
	return nil
}

// byName says why a key of that name can't be managed; "" where it can.
func byName(name string) string {
	_, ephemeral := provisional.ParseEphemeral(name)
	switch {
	case provisional.Is(name):
		return unfinished
	case ephemeral:
		return forOneRun
	case rotation.Marked(name):
		return marked
	default:
		return ""
	}
}

const (
	unfinished = "its name is provisional: its creation is under way, or was never finished; keyward keys prune revokes it once it is older than 15 minutes"
	forOneRun  = "it is an ephemeral key, for one run alone; keyward keys prune revokes it once it is past the time that its name says"

	ownKey      = "it is the key that the provider itself uses; a key that manages itself could lock itself out, so manage it elsewhere"
	maybeOwnKey = "it may be the key that the provider itself uses, which can't be told for certain; that one must be managed elsewhere"
	marked      = "its name ends with \"" + rotation.Marker + "\", which asks for a rotation; rename it, then import it"
)

func keyLabel(platform, name, id, prefix string) string {
	return fmt.Sprintf("The %s key %q (%s, %s…)", platform, name, id, prefix)
}

func keyComment(prefix string, created time.Time) string {
	return prefix + "…, created " + created.UTC().Format(time.DateOnly)
}

func words[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, word := range in {
		out[i] = string(word)
	}
	return out
}
