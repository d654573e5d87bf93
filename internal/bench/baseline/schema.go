package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema has the attributes of keyward_corebill_api_key, without its validators.
func (key) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":                  kept(),
		"name":                schema.StringAttribute{Required: true},
		"permission_level":    schema.StringAttribute{Required: true},
		"company_id":          schema.StringAttribute{Optional: true, Computed: true},
		"organization":        flag(),
		"enabled":             flag(),
		"on_conflict":         schema.StringAttribute{Optional: true},
		"deletion_protection": schema.BoolAttribute{Optional: true},
		"rotation":            rotation(),
		"token_encryption":    encryption(),
		"token": schema.StringAttribute{
			Computed: true, Sensitive: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"token_encrypted":    schema.StringAttribute{Computed: true},
		"token_fingerprint":  schema.StringAttribute{Computed: true},
		"key_prefix":         kept(),
		"created_at":         moment(),
		"generation":         schema.Int64Attribute{Computed: true},
		"rotate_due":         moment(),
		"rotation_requested": flag(),
		"previous":           previous(),
		"orphaned":           orphaned(),
		"revokes":            schema.ListAttribute{Computed: true, ElementType: types.StringType},
	}}
}

// kept is an attribute that stays as it was.
func kept() schema.StringAttribute {
	return schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func flag() schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}}
}

func moment() schema.StringAttribute {
	return schema.StringAttribute{CustomType: timetypes.RFC3339Type{}, Computed: true}
}

func rotation() schema.SingleNestedAttribute {
	duration := schema.StringAttribute{CustomType: timetypes.GoDurationType{}, Optional: true}
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"rotate_after": duration, "rotate_when_changed": schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"overlap": duration, "quiet_period": duration, "max_overlap": duration,
	}}
}

func encryption() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"age_recipients": schema.SetAttribute{Required: true, ElementType: types.StringType},
	}}
}

func previous() schema.SingleNestedAttribute {
	word := schema.StringAttribute{Computed: true}
	return schema.SingleNestedAttribute{Computed: true, Attributes: map[string]schema.Attribute{
		"id": word, "company_id": word, "key_prefix": word, "created_at": moment(), "revoke_due": moment(),
	}}
}

func orphaned() schema.ListNestedAttribute {
	word := schema.StringAttribute{Computed: true}
	return schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{
		Attributes: map[string]schema.Attribute{"id": word, "company_id": word, "key_prefix": word, "reason": word},
	}}
}
