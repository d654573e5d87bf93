package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// Create creates a set under a provisional name and then gives it its own: a set with
// a provisional name is in no state, and nothing uses it. What fails in between leaves
// no set.
func (s *permissionSets) Create(ctx context.Context, plan *permissionSetModel) error {
	permissions, err := granted(plan.Permissions)
	if err != nil {
		return err
	}
	name := plan.Name.ValueString()
	pending := provisional.New(s.MerchantID, name, rand.Text())
	// What is begun is finished, or taken back, anyone who interrupts the apply.
	lasting, cancel := context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), provisional.FinishWithin)
	defer cancel()
	created, err := s.Client.CreatePermissionSet(ctx, s.MerchantID, billiumapi.CreatePermissionSetRequest{
		Name: pending, Description: plan.Description.ValueStringPointer(), Permissions: *permissions,
	}, rand.Text())
	switch {
	case madeAllTheSame(err):
		return s.takeBack(lasting, pending, fmt.Errorf("its answer is of no use: %s", err)) //nolint:errorlint // what it is an error of is settled here
	case err != nil:
		return err
	case created.Name != pending:
		return s.takeBack(lasting, pending, fmt.Errorf("the answer to its creation is about another set, %s, which was not touched", created.ID))
	}
	finished, err := s.finish(lasting, created.ID, name)
	if err != nil {
		return s.takeBack(lasting, pending, fmt.Errorf("the set %s could not be given its name: %w", created.ID, err), created.ID)
	}
	s.PermissionSets().Put(s.MerchantID, *finished)
	plan.adopt(*finished)
	return nil
}

// madeAllTheSame reports whether a creation that failed may have made a set.
func madeAllTheSame(err error) bool {
	var failure *client.Error
	return errors.As(err, &failure) && (failure.OutcomeUnknown || failure.CreatedID != "")
}

// finish gives a set its name. It is done where the set has it, whatever became of
// the answer.
func (s *permissionSets) finish(ctx context.Context, id, name string) (*billiumapi.PermissionSet, error) {
	finished, err := s.Client.UpdatePermissionSet(ctx, s.MerchantID, id, billiumapi.UpdatePermissionSetRequest{Name: &name})
	if err != nil {
		if now, lookup := s.Client.GetPermissionSet(ctx, s.MerchantID, id); lookup == nil && naming.Same(now.Name, name) {
			return now, nil
		}
		return nil, err
	}
	if finished.ID != id || !naming.Same(finished.Name, name) {
		return nil, fmt.Errorf("the answer is about %s, which is called %q", finished.ID, finished.Name)
	}
	return finished, nil
}

// takeBack deletes what this creation made, and returns why together with what became
// of it: sets of its provisional name, which no other creation has, and those of the
// ids, which it knows to be its own.
func (s *permissionSets) takeBack(ctx context.Context, pending string, cause error, ids ...string) error {
	all, err := configured.Collect(s.Client.PermissionSets(ctx, s.MerchantID))
	for _, set := range all {
		if set.Name == pending {
			ids = append(ids, set.ID)
		}
	}
	for _, id := range ids {
		if deletion := s.Client.DeletePermissionSet(ctx, s.MerchantID, id); deletion != nil && !errors.Is(deletion, client.ErrNotFound) {
			err = errors.Join(err, deletion)
		}
	}
	if err != nil {
		return fmt.Errorf("%w\n\nA set %q may remain, which nothing uses, for it could not be deleted: %w", cause, pending, err)
	}
	return fmt.Errorf("%w\n\nThe set was deleted again. Apply again", cause)
}

// warnOfOrphaned names the sets that an earlier creation of the name was interrupted
// at. The plan of a creation says so, and nothing deletes them unasked.
func (s *permissionSets) warnOfOrphaned(ctx context.Context, plan *permissionSetModel) (diags diag.Diagnostics) {
	if !s.Ready() || plan.Name.IsUnknown() {
		return nil
	}
	all, err := s.PermissionSets().All(ctx, s.MerchantID)
	if err != nil {
		return nil // whether the name is taken can't be told either, and that is an error
	}
	for _, set := range all {
		if provisional.OrphanOf(s.MerchantID, plan.Name.ValueString(), set.Name, set.CreatedAt, s.Client.PlatformNow()) {
			diags.AddAttributeWarning(path.Root("name"), "An orphaned Billium permission set "+set.ID,
				fmt.Sprintf("An apply that was to create %q was interrupted at %s and left the set %s, called %q. Nothing uses it, and the apply does not touch it. Delete it:\n\n"+
					"curl -X DELETE -H \"x-api-key: $BILLIUM_API_KEY\" %s/v1/merchants/merchant/%s/permission-sets/%s",
					plan.Name.ValueString(), set.CreatedAt.UTC().Format(time.RFC3339), set.ID, set.Name, s.Client.BaseURL(), s.MerchantID, set.ID))
		}
	}
	return diags
}

// Unique tells sets apart by their names.
func (s *permissionSets) Unique(m *permissionSetModel) object.Unique {
	unique := object.Unique{Scope: s.MerchantID, At: path.Root("name"), Allowed: m.OnConflict.ValueString() == object.ConflictIsAllowed}
	if !m.Name.IsUnknown() {
		unique.Marks = []string{naming.NFC(m.Name.ValueString())}
	}
	return unique
}

// List returns the merchant's sets.
func (s *permissionSets) List(ctx context.Context, merchantID string, fresh bool) (models []permissionSetModel, err error) {
	var all []billiumapi.PermissionSet
	if fresh {
		all, err = configured.Collect(s.Client.PermissionSets(ctx, merchantID))
	} else {
		all, err = s.PermissionSets().All(ctx, merchantID)
	}
	models = make([]permissionSetModel, len(all))
	for i, found := range all {
		models[i].adopt(found)
	}
	return models, err
}

// Inspect reads a set.
func (s *permissionSets) Inspect(ctx context.Context, merchantID, id, comment string) error {
	_, err := s.Client.WithComment(comment).GetPermissionSet(ctx, merchantID, id)
	return err
}
