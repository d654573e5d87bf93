package billium

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// permissionSets are Billium's permission sets as the shared resource sees them.
type permissionSets struct{ configured.ToBillium }

var (
	_ object.Platform[permissionSetModel]    = (*permissionSets)(nil)
	_ object.Once[permissionSetModel]        = (*permissionSets)(nil)
	_ object.PlanDeleter[permissionSetModel] = (*permissionSets)(nil)
)

func (s *permissionSets) Label(m *permissionSetModel) string { return object.Label(m.Name, m.ID) }

func (s *permissionSets) Identity(m *permissionSetModel) (scope, id types.String) {
	return m.MerchantID, m.ID
}

// Complete plans what the permissions mean, and refuses what the provider's key
// can't grant or can't do without.
func (s *permissionSets) Complete(ctx context.Context, _, state, plan *permissionSetModel) diag.Diagnostics {
	var had []platform.Permission
	var orphaned diag.Diagnostics
	before := types.SetNull(types.StringType)
	if state == nil {
		plan.MerchantID = ownMerchant(s.Billium)
		s.PlanNewPermissionSet()
		orphaned = s.warnOfOrphaned(ctx, plan)
	} else {
		had, _ = expand(state.EffectivePermissions)
		before = state.Permissions
	}
	wanted, known := expand(plan.Permissions)
	plan.mean(wanted, known)
	if state != nil && (!known || !slices.Equal(had, wanted)) {
		s.PlanPermissionSet(state.ID.ValueString(), wanted, known)
	}
	if !known {
		return orphaned
	}
	diags := append(orphaned, checkGrant(ctx, s.Billium, path.Root("permissions"), managing[0], had, wanted)...)
	diags.Append(adviseOn(path.Root("permissions"), before, plan.Permissions)...)
	if state != nil && !diags.HasError() && s.Ready() {
		diags.Append(s.guard(ctx, state, had, wanted)...)
	}
	return diags
}

func (s *permissionSets) Read(ctx context.Context, m *permissionSetModel) error {
	if err := checkMerchant(s.Billium, permissionSetKind.Noun, m.MerchantID.ValueString()); err != nil {
		return err
	}
	set, err := s.PermissionSet(ctx, m.ID.ValueString())
	if err != nil {
		return err
	}
	m.adopt(*set)
	return nil
}

func (s *permissionSets) Update(ctx context.Context, state, plan *permissionSetModel) error {
	if err := checkMerchant(s.Billium, permissionSetKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	had, _ := expand(state.EffectivePermissions)
	wanted, known := expand(plan.Permissions)
	if err := s.refuseNarrowing(ctx, state, had, wanted); err != nil {
		return err
	}
	request, different := plan.updateRequest(state)
	if !different {
		plan.mean(wanted, known)
		return nil
	}
	return s.safely(ctx, state, had, wanted, func() error {
		set, err := s.Client.UpdatePermissionSet(ctx, s.MerchantID, state.ID.ValueString(), request)
		s.PermissionSetWritten(state.ID.ValueString(), set)
		if err == nil {
			plan.adopt(*set)
		}
		return err
	})
}

// PlanDelete refuses to delete a set that a key has which goes on.
func (s *permissionSets) PlanDelete(_ context.Context, state *permissionSetModel) (diags diag.Diagnostics) {
	if keys := s.SetKeys.Destroy(state.ID.ValueString()); len(keys) > 0 {
		diags.AddError(permissionSetKind.Name(s.Label(state))+" is in use", setInUse(state.ID.ValueString(), strings.Join(keys, ", ")))
	}
	return diags
}

// setInUse says what to do about a set that is destroyed while keys have it.
func setInUse(setID, keys string) string {
	return fmt.Sprintf("Key %s has permission set %s, and Terraform deletes the set before it changes the key, which Billium refuses. Do it in two steps: "+
		"keep the set in the configuration, give the key other permissions and apply; then remove the set and apply again.", keys, setID)
}

// Delete deletes a set that no one uses; Billium's refusal names who does.
func (s *permissionSets) Delete(ctx context.Context, state *permissionSetModel) error {
	if err := checkMerchant(s.Billium, permissionSetKind.Noun, state.MerchantID.ValueString()); err != nil {
		return err
	}
	err := s.Client.DeletePermissionSet(ctx, s.MerchantID, state.ID.ValueString())
	s.PermissionSetWritten(state.ID.ValueString(), nil)
	switch {
	case errors.Is(err, client.ErrNotFound):
		return nil
	case errors.Is(err, client.ErrConflict):
		return fmt.Errorf("%w\n\nA set that is in use is never deleted. Terraform deletes it before it changes those who used it, so do it in two steps: "+
			"keep the set in the configuration, give its holders other permissions and apply; then remove the set and apply again. "+
			"A holder may be the key that a rotation has replaced, in `previous` of its resource: it holds the set until its overlap is over; overlap and quiet_period = \"0s\" end that", err)
	default:
		return err
	}
}

func (s *permissionSets) All(ctx context.Context, _ string) iter.Seq2[permissionSetModel, error] {
	return func(yield func(permissionSetModel, error) bool) {
		for set, err := range s.Client.PermissionSets(ctx, s.MerchantID) {
			var m permissionSetModel
			m.adopt(set)
			if !yield(m, err) {
				return
			}
		}
	}
}

// updateRequest holds what differs from the state. Permissions differ where their
// meaning does, however they are written.
func (m *permissionSetModel) updateRequest(state *permissionSetModel) (request billiumapi.UpdatePermissionSetRequest, different bool) {
	if !m.Name.Equal(state.Name) {
		request.Name, different = m.Name.ValueStringPointer(), true
	}
	if !m.Description.Equal(state.Description) {
		request.Description, different = nullable.NewNullNullable[string](), true
		if !m.Description.IsNull() {
			request.Description = nullable.NewNullableWithValue(m.Description.ValueString())
		}
	}
	before, _ := expand(state.EffectivePermissions)
	if after, known := expand(m.Permissions); known && !slices.Equal(before, after) {
		request.Permissions, different = toAPI(after), true
	}
	return request, different
}

// adopt writes what Billium says of the set. Permissions stay written as they
// were declared while they mean what the set has.
func (m *permissionSetModel) adopt(set billiumapi.PermissionSet) {
	permissions := fromAPI(set.Permissions)
	m.ID = types.StringValue(set.ID)
	m.MerchantID = types.StringValue(set.MerchantID)
	m.Name = object.Spelled(m.Name, &set.Name)
	m.Description = object.Spelled(m.Description, set.Description)
	m.Permissions = asDeclared(m.Permissions, permissions)
	m.mean(permissions, true)
}

// asDeclared returns the declared patterns while they mean the permissions, or
// else the permissions themselves.
func asDeclared(declared types.Set, permissions []platform.Permission) types.Set {
	if meaning, known := expand(declared); known && slices.Equal(meaning, permissions) {
		return declared
	}
	return setOf(permissions)
}

// mean writes what follows from the permissions.
func (m *permissionSetModel) mean(permissions []platform.Permission, known bool) {
	m.EffectivePermissions, m.MinimumRole, m.PublicKeyCompatible = types.SetUnknown(types.StringType), types.StringUnknown(), types.BoolUnknown()
	if known {
		m.EffectivePermissions = setOf(permissions)
		m.MinimumRole = types.StringValue(string(platform.MinimumRole(permissions)))
		m.PublicKeyCompatible = types.BoolValue(platform.PublicCompatible(permissions))
	}
}
