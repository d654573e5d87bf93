// Command baseline is the least that a Terraform provider can be: one resource
// with the attributes of keyward_corebill_api_key, which calls no platform, served
// the ordinary way. What its plans cost is what the plugin framework costs.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return baseline{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/keyward/baseline"})
	if err != nil {
		log.Fatal(err)
	}
}

type baseline struct{}

func (baseline) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "baseline"
}

func (baseline) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (baseline) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (baseline) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (baseline) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return key{} }}
}

// key is the resource. It keeps what was declared and does nothing else.
type key struct{}

// answered is what a platform would tell, with values of the same length. What is
// not in it is null.
var answered = map[string]any{
	"id": "key_000000000000", "company_id": "com_000000000000", "token": "not-a-token-but-as-long-as-one-of-corebills-is",
	"token_fingerprint": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
	"key_prefix":        "sk_live_00", "created_at": "2026-01-01T00:00:00Z", "generation": 1,
	"organization": false, "enabled": true, "rotation_requested": false,
}

func (key) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "baseline_key"
}

// Create fills in what is not known yet.
func (key) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	raw, err := tftypes.Transform(req.Plan.Raw, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		name, _ := path.LastStep().(tftypes.AttributeName)
		return tftypes.NewValue(value.Type(), answered[string(name)]), nil
	})
	if err != nil {
		resp.Diagnostics.AddError("Could not fill in the key", err.Error())
	}
	resp.State.Raw = raw
}

// Read leaves the state as it is.
func (key) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update keeps what was planned.
func (key) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete has nothing to do.
func (key) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// Schema has the attributes of keyward_corebill_api_key, without its validators.
func (key) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	var (
		optional = schema.StringAttribute{Optional: true}
		computed = schema.StringAttribute{Computed: true}
		kept     = schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
		token    = schema.StringAttribute{Computed: true, Sensitive: true, PlanModifiers: kept.PlanModifiers}
		flag     = schema.BoolAttribute{Optional: true, Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}}
		moment   = schema.StringAttribute{CustomType: timetypes.RFC3339Type{}, Computed: true}
		duration = schema.StringAttribute{CustomType: timetypes.GoDurationType{}, Optional: true}
	)
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": kept, "name": schema.StringAttribute{Required: true}, "permission_level": schema.StringAttribute{Required: true},
		"company_id": schema.StringAttribute{Optional: true, Computed: true}, "organization": flag, "enabled": flag,
		"on_conflict": optional, "deletion_protection": schema.BoolAttribute{Optional: true},
		"rotation": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"rotate_after": duration, "rotate_when_changed": schema.MapAttribute{Optional: true, ElementType: types.StringType},
			"overlap": duration, "quiet_period": duration, "max_overlap": duration,
		}},
		"token_encryption": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"age_recipients": schema.SetAttribute{Required: true, ElementType: types.StringType},
		}},
		"token": token, "token_encrypted": computed, "token_fingerprint": computed,
		"key_prefix": kept, "created_at": moment, "generation": schema.Int64Attribute{Computed: true},
		"rotate_due": moment, "rotation_requested": flag,
		"previous": schema.SingleNestedAttribute{Computed: true, Attributes: map[string]schema.Attribute{
			"id": computed, "company_id": computed, "key_prefix": computed, "created_at": moment, "revoke_due": moment,
		}},
		"orphaned": schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{"id": computed, "company_id": computed, "key_prefix": computed, "reason": computed},
		}},
		"revokes": schema.ListAttribute{Computed: true, ElementType: types.StringType},
	}}
}
