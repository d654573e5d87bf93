package providerdata

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Team is a merchant's team: who is on it, and who is invited.
type Team struct {
	Members     []billiumapi.TeamMember
	Invitations []billiumapi.Invitation
}

// Team returns the merchant's team. All resources of a run share one answer, so
// it is for plans: anyone who is about to change the team asks FreshTeam.
func (b *Billium) Team(ctx context.Context) (*Team, error) {
	return b.team.get(ctx, b.Now, b.FreshTeam)
}

// FreshTeam returns the merchant's team as it is now. Who accepts an invitation
// meanwhile is in both lists or in one, but never in none: the invitations are
// asked for first.
func (b *Billium) FreshTeam(ctx context.Context) (*Team, error) {
	var team Team
	for invitation, err := range b.Client.Invitations(ctx, b.MerchantID) {
		if err != nil {
			return nil, err
		}
		team.Invitations = append(team.Invitations, invitation)
	}
	for member, err := range b.Client.TeamMembers(ctx, b.MerchantID) {
		if err != nil {
			return nil, err
		}
		team.Members = append(team.Members, member)
	}
	return &team, nil
}

// maxIssuers bounds how many keys, each made by the one before, Issuer goes
// back.
const maxIssuers = 32

// Issuer returns the id of the team member behind the provider's key: the user
// who made it in the dashboard, or who made the key that made it, and so on. It
// is empty where that can't be told, for Billium forgets revoked keys and the
// provider's key may not be allowed to look.
func (b *Billium) Issuer(ctx context.Context) (string, error) {
	return b.issuer.get(ctx, b.Now, func(ctx context.Context) (string, error) {
		current, err := b.Current(ctx)
		if err != nil {
			return "", err
		}
		by := current.CreatedBy
		for range maxIssuers {
			if strings.HasPrefix(by, string(platform.TeamMemberID)+"_") {
				return by, nil
			}
			key, err := b.Client.GetAPIKey(ctx, b.MerchantID, by)
			if errors.Is(err, client.ErrNotFound) || client.Forbidden(err) {
				return "", nil
			}
			if err != nil {
				return "", err
			}
			by = key.CreatedBy
		}
		return "", nil
	})
}

// leaving are the team members who won't manage the team any more once what is
// planned so far is applied, by id. The lock also orders the changes themselves.
type leaving struct {
	mutex sync.Mutex
	ids   map[string]bool
}

// PlanToLeave remembers that members won't manage the team any more, unless check
// refuses. Terraform plans many at a time, and each alone may be harmless: check
// gets all who leave, these among them, and no other check runs meanwhile.
func (b *Billium) PlanToLeave(ids []string, check func(leaving map[string]bool) error) error {
	b.leaving.mutex.Lock()
	defer b.leaving.mutex.Unlock()
	all := maps.Clone(b.leaving.ids)
	if all == nil {
		all = map[string]bool{}
	}
	for _, id := range ids {
		all[id] = true
	}
	if err := check(all); err != nil {
		return err
	}
	b.leaving.ids = all
	return nil
}

// ChangeManagers makes a change of those who manage the team, one at a time: what
// it finds out about the team holds until it is done.
func (b *Billium) ChangeManagers(change func() error) error {
	b.leaving.mutex.Lock()
	defer b.leaving.mutex.Unlock()
	return change()
}

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
	return platform.Of(set.Permissions), true, nil
}
