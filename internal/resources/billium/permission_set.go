package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*permissionSet)(nil)
	_ resource.ResourceWithIdentity    = (*permissionSet)(nil)
	_ resource.ResourceWithImportState = (*permissionSet)(nil)
	_ resource.ResourceWithModifyPlan  = (*permissionSet)(nil)
)

var permissionSetKind = object.Kind{Kind: resourcekind.BilliumPermissionSet, Same: "name"}

// NewPermissionSet returns the resource keyward_billium_permission_set.
func NewPermissionSet() resource.Resource {
	return &permissionSet{object.New[permissionSetModel](permissionSetKind, &permissionSets{})}
}

type permissionSet struct {
	object.Resource[permissionSetModel]
}

// NewPermissionSetList returns the list resource keyward_billium_permission_set.
func NewPermissionSetList() list.ListResource {
	return object.NewLister[permissionSetModel](permissionSetKind, &permissionSets{}, false)
}

type permissionSetModel struct {
	ID                   types.String `tfsdk:"id"`
	MerchantID           types.String `tfsdk:"merchant_id"`
	Name                 types.String `tfsdk:"name"`
	Description          types.String `tfsdk:"description"`
	Permissions          patternSet   `tfsdk:"permissions"`
	EffectivePermissions types.Set    `tfsdk:"effective_permissions"`
	MinimumRole          types.String `tfsdk:"minimum_role"`
	PublicKeyCompatible  types.Bool   `tfsdk:"public_key_compatible"`
	OnConflict           types.String `tfsdk:"on_conflict"`
}

func (r *permissionSet) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A named set of Billium permissions. API keys and team members that refer to it by its id all change with it, in one request. " +
			"A set that is in use can't be deleted; the error lists its holders.",
		Attributes: map[string]schema.Attribute{
			"id":          object.Lasting("Id of the permission set."),
			"merchant_id": merchantIDAttribute("permission set"),
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the set, 1 to 100 characters.",
				Validators:          validate.Name(maxName),
			},
			"on_conflict": object.OnConflict(permissionSetKind.Noun, permissionSetKind.Same),
			"description": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the set is for, 1 to 500 characters.",
				Validators:          validate.Description(maxDescription),
			},
			"permissions": schema.SetAttribute{
				CustomType:          ofPatterns,
				Required:            true,
				MarkdownDescription: "What the set grants: " + wildcards + " The provider's key must hold what it is to grant.",
				Validators:          patternValidators(),
				PlanModifiers:       []planmodifier.Set{keepsState{}},
			},
			"effective_permissions": schema.SetAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "What `permissions` means, with its wildcards written out.",
			},
			"minimum_role": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The lowest role that may hold all of the permissions: `OWNER`, `ADMIN`, `MEMBER` or `VIEWER`.",
			},
			"public_key_compatible": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether a public key can use the set: that it has exactly `invoice:create`, `invoice:view` and `product:view`.",
			},
		},
	}
}

// permissionSets are Billium's permission sets as the shared resource sees them.
type permissionSets struct{ providerdata.ToBillium }

var (
	_ object.Platform[permissionSetModel]    = (*permissionSets)(nil)
	_ object.Once[permissionSetModel]        = (*permissionSets)(nil)
	_ object.PlanDeleter[permissionSetModel] = (*permissionSets)(nil)
)

func (s *permissionSets) Label(m *permissionSetModel) string { return object.Label(m.Name, m.ID) }

func (s *permissionSets) Identity(m *permissionSetModel) (scope, id types.String) {
	return m.MerchantID, m.ID
}

// ResolvePlan plans what the permissions mean, and refuses what the provider's key
// can't grant or can't do without.
func (s *permissionSets) ResolvePlan(ctx context.Context, _, state, plan *permissionSetModel) diag.Diagnostics {
	var had []platform.Permission
	var orphaned diag.Diagnostics
	before := noPatterns
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
	if state != nil && (!known || !platform.Equal(had, wanted)) {
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
	return object.Models(s.Client.PermissionSets(ctx, s.MerchantID), (*permissionSetModel).adopt)
}

// updateRequest holds what differs from the state. Permissions differ where their
// meaning does, however they are written.
func (m *permissionSetModel) updateRequest(state *permissionSetModel) (request billiumapi.UpdatePermissionSetRequest, different bool) {
	if !m.Name.Equal(state.Name) {
		request.Name, different = m.Name.ValueStringPointer(), true
	}
	if !m.Description.Equal(state.Description) {
		request.Description, different = object.Nullable(m.Description), true
	}
	before, _ := expand(state.EffectivePermissions)
	if after, known := expand(m.Permissions); known && !platform.Equal(before, after) {
		request.Permissions, different = toAPI(after), true
	}
	return request, different
}

// adopt writes what Billium says of the set.
func (m *permissionSetModel) adopt(set billiumapi.PermissionSet) {
	permissions := platform.Of(set.Permissions)
	m.ID = types.StringValue(set.ID)
	m.MerchantID = types.StringValue(set.MerchantID)
	m.Name = object.Text(&set.Name)
	m.Description = object.Text(set.Description)
	m.Permissions = patternsOf(permissions)
	m.mean(permissions, true)
}

// mean writes what follows from the permissions.
func (m *permissionSetModel) mean(permissions []platform.Permission, known bool) {
	m.EffectivePermissions, m.MinimumRole, m.PublicKeyCompatible = types.SetUnknown(types.StringType), types.StringUnknown(), types.BoolUnknown()
	if known {
		m.EffectivePermissions = providerdata.SetOf(permissions)
		m.MinimumRole = types.StringValue(string(platform.MinimumRole(permissions)))
		m.PublicKeyCompatible = types.BoolValue(platform.PublicCompatible(permissions))
	}
}

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
	all, err := providerdata.Collect(s.Client.PermissionSets(ctx, s.MerchantID))
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
func (s *permissionSets) List(ctx context.Context, merchantID string, fresh bool) (_ []permissionSetModel, err error) {
	var all []billiumapi.PermissionSet
	if fresh {
		all, err = providerdata.Collect(s.Client.PermissionSets(ctx, merchantID))
	} else {
		all, err = s.PermissionSets().All(ctx, merchantID)
	}
	return object.ModelsOf(all, (*permissionSetModel).adopt), err
}

// Inspect reads a set.
func (s *permissionSets) Inspect(ctx context.Context, merchantID, id, comment string) error {
	_, err := s.Client.WithComment(comment).GetPermissionSet(ctx, merchantID, id)
	return err
}
