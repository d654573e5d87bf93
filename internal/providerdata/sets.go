package providerdata

import (
	"context"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// plannedSet is what the run is about to make of a permission set.
type plannedSet struct {
	permissions []platform.Permission
	known       bool
}

// PermissionSet returns a permission set. All resources of a run share one answer,
// but for what the run itself has changed.
func (b *Billium) PermissionSet(ctx context.Context, id string) (*billiumapi.PermissionSet, error) {
	set, err := b.PermissionSets().Get(ctx, b.MerchantID, id)
	if err != nil {
		return nil, err
	}
	return &set, nil
}

// PlanPermissionSet remembers what a set is about to hold, for the plans of its
// holders: Terraform tells a resource nothing of the plans of others, but it
// plans, and applies, a set before whatever refers to it. known is false where
// what the set will hold can't be told yet.
func (b *Billium) PlanPermissionSet(id string, permissions []platform.Permission, known bool) {
	b.planned.Store(id, plannedSet{permissions, known})
}

// PlanNewPermissionSet remembers that the run creates a permission set, whose id
// is not known yet.
func (b *Billium) PlanNewPermissionSet() { b.newSets.Store(true) }

// PlansNewPermissionSet reports whether the run creates a permission set, as far
// as it is planned.
func (b *Billium) PlansNewPermissionSet() bool { return b.newSets.Load() }

// PermissionSetWritten takes in what came of a write to a set, nil where it is
// gone or not known, and forgets what its keys could do. What was planned of the set
// stays once it is written: an apply plans its keys after that, and their plans must
// say what they said before.
func (b *Billium) PermissionSetWritten(id string, set *billiumapi.PermissionSet) {
	if set == nil {
		b.planned.Delete(id)
	}
	b.PermissionSets().Update(b.MerchantID, id, set)
	b.Keys().InvalidateAll()
}

// PlannedPermissions returns what a set is about to hold. planned is false of a
// set that the run doesn't change, known where it can't be told yet.
func (b *Billium) PlannedPermissions(id string) (permissions []platform.Permission, known, planned bool) {
	ahead, planned := b.planned.Load(id)
	set, _ := ahead.(plannedSet)
	return set.permissions, set.known, planned
}

// PermissionsAhead returns what a set will hold once whatever is planned of it so
// far is applied. known is false where that can't be told yet.
func (b *Billium) PermissionsAhead(ctx context.Context, id string) (permissions []platform.Permission, known bool, err error) {
	if permissions, known, planned := b.PlannedPermissions(id); planned {
		return permissions, known, nil
	}
	set, err := b.PermissionSet(ctx, id)
	if err != nil {
		return nil, false, err
	}
	for _, permission := range set.Permissions {
		permissions = append(permissions, platform.Permission(permission))
	}
	return platform.Sort(permissions), true, nil
}
