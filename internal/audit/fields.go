package audit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// live is an object of a platform's that a declaration can be held against: a *Key or
// one of the inventory's other objects.
type live = inventory.Item

// fieldsOf are all that a declaration may say of an object, in canonical form.
func fieldsOf(object live) map[string]string {
	switch o := object.(type) {
	case *Key:
		return o.fields()
	case *Company:
		return map[string]string{
			"name": o.Name, "slug": o.Slug, "currency": o.Currency, "invoice_prefix": o.InvoicePrefix,
			"quote_prefix": o.QuotePrefix, "logo_url": deref(o.LogoURL),
		}
	case *Merchant:
		f := map[string]string{"name": o.Name}
		for factor, on := range o.Factors {
			f["enforce_"+factor] = strconv.FormatBool(on)
		}
		return f
	case *Webhook:
		f := map[string]string{"url": o.URL, "events": canonical(o.Events), "enabled": strconv.FormatBool(o.Enabled)}
		if o.Platform == Billium {
			f["description"] = deref(o.Description)
			f["retry_count"], f["timeout"] = strconv.Itoa(o.RetryCount), strconv.Itoa(o.Timeout)
		}
		return f
	case *PermissionSet:
		return map[string]string{
			"name": o.Name, "description": deref(o.Description), "permissions": canonical(billium.Names(o.Permissions)),
		}
	case *Member:
		return grantFields(map[string]string{"email": o.Name, "role": string(o.Role)}, o.Permissions, o.PermissionSetID)
	case *Invitation:
		return grantFields(map[string]string{"email": o.Name, "role": string(o.Role)}, o.Permissions, o.PermissionSetID)
	default:
		return nil
	}
}

func (k *Key) fields() map[string]string {
	f := map[string]string{"name": k.Name, "enabled": strconv.FormatBool(k.Enabled)}
	if k.Platform == Corebill {
		f["permission_level"] = string(k.Level)
		return f
	}
	f["type"] = string(k.Type)
	return grantFields(f, k.Permissions, k.PermissionSetID)
}

// grantFields says what is granted. A set's permissions are the set's to say.
func grantFields(f map[string]string, ps []billium.Permission, setID string) map[string]string {
	f["permission_set_id"] = setID
	f["permissions"] = canonical(billium.Names(ps))
	return f
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
