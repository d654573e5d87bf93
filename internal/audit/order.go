package audit

import (
	"cmp"
	"slices"
)

// sort puts everything in an order that depends on nothing but the objects.
func (in *Inventory) sort() {
	slices.SortFunc(in.Keys, byObject[*Key])
	slices.SortFunc(in.Companies, byObject[*Company])
	slices.SortFunc(in.Merchants, byObject[*Merchant])
	slices.SortFunc(in.Webhooks, byObject[*Webhook])
	slices.SortFunc(in.Sets, byObject[*PermissionSet])
	slices.SortFunc(in.Members, byObject[*Member])
	slices.SortFunc(in.Invitations, byObject[*Invitation])
}

func byObject[T live](a, b T) int { return compareObjects(a.Ref(), b.Ref()) }

func compareObjects(a, b Object) int {
	return cmp.Or(
		-cmp.Compare(a.Platform, b.Platform), // Corebill first, as everywhere
		cmp.Compare(a.Scope, b.Scope),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	)
}

func sortGaps(gaps []Gap) {
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Part, b.Part))
	})
}

// all yields every live object.
func (in *Inventory) all(yield func(live) bool) {
	_ = each(in.Companies, yield) && each(in.Merchants, yield) && each(in.Keys, yield) && each(in.Sets, yield) &&
		each(in.Members, yield) && each(in.Invitations, yield) && each(in.Webhooks, yield)
}

// LiveIDs are the ids of all live objects.
func (in *Inventory) LiveIDs() map[string]bool {
	ids := map[string]bool{}
	for object := range in.all {
		ids[object.Ref().ID] = true
	}
	return ids
}

func each[T live](objects []T, yield func(live) bool) bool {
	for _, object := range objects {
		if !yield(object) {
			return false
		}
	}
	return true
}
