package audit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// live is an object of a platform's that a declaration can be held against.
type live interface {
	object() Object
	// fields are all that a declaration may say, in canonical form.
	fields() map[string]string
}

func (o Object) object() Object { return o }

func (k *Key) fields() map[string]string {
	f := map[string]string{"name": k.Name, "enabled": strconv.FormatBool(k.Enabled)}
	if k.Platform == Corebill {
		f["permission_level"] = string(k.Level)
		return f
	}
	f["type"] = string(k.Type)
	grantFields(f, k.Permissions, k.PermissionSetID)
	return f
}

func (c *Company) fields() map[string]string {
	return map[string]string{
		"name": c.Name, "slug": c.Slug, "currency": c.Currency, "invoice_prefix": c.InvoicePrefix,
		"quote_prefix": c.QuotePrefix, "logo_url": c.LogoURL,
	}
}

func (m *Merchant) fields() map[string]string {
	f := map[string]string{"name": m.Name}
	for factor, on := range m.Factors {
		f["enforce_"+factor] = strconv.FormatBool(on)
	}
	return f
}

func (w *Webhook) fields() map[string]string {
	f := map[string]string{"url": w.URL, "events": canonical(w.Events), "enabled": strconv.FormatBool(w.Enabled)}
	if w.Platform == Billium {
		f["description"] = w.Description
		f["retry_count"], f["timeout"] = strconv.Itoa(w.RetryCount), strconv.Itoa(w.Timeout)
	}
	return f
}

func (s *PermissionSet) fields() map[string]string {
	return map[string]string{
		"name": s.Name, "description": s.Description, "permissions": canonical(billium.Names(s.Permissions)),
	}
}

func (m *Member) fields() map[string]string {
	f := map[string]string{"email": m.Name, "role": string(m.Role)}
	grantFields(f, m.Permissions, m.PermissionSetID)
	return f
}

func (i *Invitation) fields() map[string]string {
	f := map[string]string{"email": i.Name, "role": string(i.Role)}
	grantFields(f, i.Permissions, i.PermissionSetID)
	return f
}

// grantFields says what is granted. A set's permissions are the set's to say.
func grantFields(f map[string]string, ps []billium.Permission, setID string) {
	f["permission_set_id"] = setID
	f["permissions"] = canonical(billium.Names(ps))
}

// canonical is a set of words as one text: sorted, permissions as their table
// has them.
func canonical(words []string) string {
	sorted := slices.Clone(words)
	ps := make([]billium.Permission, len(words))
	for i, word := range words {
		ps[i] = billium.Permission(word)
	}
	if slices.ContainsFunc(ps, func(p billium.Permission) bool { return !p.Known() }) {
		slices.Sort(sorted)
	} else {
		sorted = billium.Names(billium.Sort(ps))
	}
	return strings.Join(sorted, ", ")
}

// written returns permissions with their wildcards written out, or as they are
// where one is not understood.
func written(patterns []string) []string {
	ps, err := billium.ExpandAll(patterns)
	if err != nil {
		return patterns
	}
	return billium.Names(ps)
}
