// Package resourcekind says what the provider's kinds of resource are called, and what is
// written to import one: the provider's import, its diagnostics, keyward audit and keyward
// import take both from here.
package resourcekind

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of resource that manages a platform's object.
type Kind struct {
	// Type is the resource's type without the provider's name.
	Type string
	// Platform is the platform's name, Noun the object's, as people write them.
	Platform, Noun string
	// Scope names the attribute that says what an object belongs to; empty where
	// its id says it all.
	Scope string
	// Unscoped is the word in an import id for an object that belongs to
	// nothing; empty where each belongs to something.
	Unscoped string
	// IDPrefix starts every id.
	IDPrefix string
	// OtherIDPrefix starts an id too, where objects have ids of two kinds.
	OtherIDPrefix string
}

// The kinds of resource.
var (
	CorebillAPIKey = Kind{
		Type: "corebill_api_key", Platform: "Corebill", Noun: "API key", Scope: "company_id", Unscoped: "organization", IDPrefix: "key_",
	}
	CorebillCompany      = Kind{Type: "corebill_company", Platform: "Corebill", Noun: "company", IDPrefix: "com_"}
	CorebillWebhook      = Kind{Type: "corebill_webhook", Platform: "Corebill", Noun: "webhook", Scope: "company_id", IDPrefix: "wh_"}
	BilliumAPIKey        = Kind{Type: "billium_api_key", Platform: "Billium", Noun: "API key", Scope: "merchant_id", IDPrefix: "key_"}
	BilliumMerchant      = Kind{Type: "billium_merchant", Platform: "Billium", Noun: "merchant", IDPrefix: "mer_"}
	BilliumPermissionSet = Kind{Type: "billium_permission_set", Platform: "Billium", Noun: "permission set", Scope: "merchant_id", IDPrefix: "pset_"}
	BilliumTeamMember    = Kind{
		Type: "billium_team_member", Platform: "Billium", Noun: "team member", Scope: "merchant_id", IDPrefix: "tm_", OtherIDPrefix: "invite_",
	}
	BilliumWebhook = Kind{Type: "billium_webhook", Platform: "Billium", Noun: "webhook", Scope: "merchant_id", IDPrefix: "wh_"}
)

// All are the kinds of resource, in the order in which a file has them.
func All() []Kind {
	return []Kind{
		CorebillCompany, BilliumMerchant, BilliumPermissionSet, CorebillAPIKey, BilliumAPIKey, BilliumTeamMember, CorebillWebhook, BilliumWebhook,
	}
}

// Of returns the kind of a resource type, and whether there is one.
func Of(resourceType string) (Kind, bool) {
	all := All()
	i := slices.IndexFunc(all, func(k Kind) bool { return k.ResourceType() == resourceType })
	if i < 0 {
		return Kind{}, false
	}
	return all[i], true
}

// ResourceType is the resource's type as a configuration has it.
func (k Kind) ResourceType() string { return "keyward_" + k.Type }

// ImportID is the id that imports an object. scope is empty for an object that belongs
// to nothing; a kind that has no scopes takes no notice of it.
func (k Kind) ImportID(scope, id string) string {
	switch {
	case k.Scope == "":
		return id
	case scope == "":
		return k.Unscoped + "/" + id
	default:
		return scope + "/" + id
	}
}

// Parse takes an import id apart. scope is empty where the kind has no scopes, and for an
// object that belongs to nothing.
func (k Kind) Parse(importID string) (scope, id string, err error) {
	form := "<id>, for example " + k.IDPrefix + "…"
	id = importID
	if k.Scope != "" {
		form = fmt.Sprintf("<%s>/<id>, for example %s_…/%s…", k.Scope, k.Scope[:3], k.IDPrefix)
		var ok bool
		if scope, id, ok = strings.Cut(importID, "/"); !ok || scope == "" {
			return "", "", fmt.Errorf("%q can't be imported: the import id is written %s", importID, form)
		}
		if scope == k.Unscoped {
			scope = ""
		}
	}
	if !k.Identifies(id) || strings.Contains(id, "/") {
		return "", "", fmt.Errorf("%q can't be imported: the import id is written %s", importID, form)
	}
	return scope, id, nil
}

// Identifies reports whether an id is a well-formed one of the kind.
func (k Kind) Identifies(id string) bool {
	return strings.HasPrefix(id, k.IDPrefix) || k.OtherIDPrefix != "" && strings.HasPrefix(id, k.OtherIDPrefix)
}
