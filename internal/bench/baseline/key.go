package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// key is the resource. It keeps what was declared and does nothing else.
type key struct{}

type model struct {
	ID                 types.String      `tfsdk:"id"`
	Name               types.String      `tfsdk:"name"`
	PermissionLevel    types.String      `tfsdk:"permission_level"`
	CompanyID          types.String      `tfsdk:"company_id"`
	Organization       types.Bool        `tfsdk:"organization"`
	Enabled            types.Bool        `tfsdk:"enabled"`
	OnConflict         types.String      `tfsdk:"on_conflict"`
	DeletionProtection types.Bool        `tfsdk:"deletion_protection"`
	Rotation           types.Object      `tfsdk:"rotation"`
	TokenEncryption    types.Object      `tfsdk:"token_encryption"`
	Token              types.String      `tfsdk:"token"`
	TokenEncrypted     types.String      `tfsdk:"token_encrypted"`
	TokenFingerprint   types.String      `tfsdk:"token_fingerprint"`
	KeyPrefix          types.String      `tfsdk:"key_prefix"`
	CreatedAt          timetypes.RFC3339 `tfsdk:"created_at"`
	Generation         types.Int64       `tfsdk:"generation"`
	RotateDue          timetypes.RFC3339 `tfsdk:"rotate_due"`
	RotationRequested  types.Bool        `tfsdk:"rotation_requested"`
	Previous           types.Object      `tfsdk:"previous"`
	Orphaned           types.List        `tfsdk:"orphaned"`
	Revokes            types.List        `tfsdk:"revokes"`
}

func (key) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "baseline_key"
}

// Create fills in what a platform would tell, with values of the same length.
func (key) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.ID, m.CompanyID = types.StringValue("key_000000000000"), types.StringValue("com_000000000000")
	m.Token = types.StringValue("not-a-token-but-as-long-as-one-of-corebills-is")
	m.TokenFingerprint = types.StringValue("sha256:0000000000000000000000000000000000000000000000000000000000000000")
	m.KeyPrefix, m.CreatedAt = types.StringValue("sk_live_00"), timetypes.NewRFC3339ValueMust("2026-01-01T00:00:00Z")
	m.Organization, m.Enabled, m.RotationRequested = types.BoolValue(false), types.BoolValue(true), types.BoolValue(false)
	m.TokenEncrypted, m.RotateDue, m.Generation = types.StringNull(), timetypes.NewRFC3339Null(), types.Int64Value(1)
	m.Previous, m.Revokes, m.Orphaned = types.ObjectNull(typesOf(previous().Attributes)), types.ListNull(types.StringType),
		types.ListNull(types.ObjectType{AttrTypes: typesOf(orphaned().NestedObject.Attributes)})
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// Read leaves the state as it is.
func (key) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update keeps what was planned.
func (key) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete has nothing to do.
func (key) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// typesOf returns the types of a schema's attributes.
func typesOf[A interface{ GetType() attr.Type }](attributes map[string]A) map[string]attr.Type {
	out := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		out[name] = attribute.GetType()
	}
	return out
}
