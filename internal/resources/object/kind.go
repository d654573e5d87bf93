// Package object is the life of a platform's object as a Terraform resource,
// written once: plan, create, read, update, delete, import, identity, list.
// What differs between the kinds of objects is behind the Platform interface.
package object

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

// Kind says what a kind of object is called and how one is told from another.
type Kind struct {
	resourcekind.Kind

	// Replaced tells that an object can be replaced in place, so that the
	// resource's identity changes during its life.
	Replaced bool
	// Same is what two objects that pass for one have in common, as in "name"; empty
	// for a kind that is no Once.
	Same string
	// AfterImport is what to do after the import of an object whose creation was
	// interrupted; empty where that is all.
	AfterImport string
}

// Metadata names the type.
func (k Kind) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + k.Type
	resp.ResourceBehavior.MutableIdentity = k.Replaced
}

// IdentitySchema says what tells one object from another: its id, within its
// scope.
func (k Kind) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Id of the " + k.Noun + "."},
	}
	if k.Scope != "" {
		attributes[k.Scope] = identityschema.StringAttribute{
			RequiredForImport: k.Unscoped == "",
			OptionalForImport: k.Unscoped != "",
			Description:       "What the " + k.Noun + " belongs to.",
		}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// Name names an object in diagnostics.
func (k Kind) Name(label string) string { return fmt.Sprintf("%s %s %s", k.Platform, k.Noun, label) }

// Label quotes a name or, where there is none, gives the id.
func Label(name, id types.String) string {
	if name.ValueString() != "" {
		return fmt.Sprintf("%q", name.ValueString())
	}
	return id.ValueString()
}

// Identify writes an object's identity. There is none to write where Terraform
// is older than identities.
func (k Kind) Identify(ctx context.Context, identity *tfsdk.ResourceIdentity, scope, id types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	diags := identity.SetAttribute(ctx, path.Root("id"), id)
	if k.Scope != "" {
		diags.Append(identity.SetAttribute(ctx, path.Root(k.Scope), scope)...)
	}
	return diags
}

// ImportState takes an import id, "<scope>/<id>" or "<id>", or an identity.
func (k Kind) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var scope, id types.String
	if req.ID == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
		if k.Scope != "" {
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(k.Scope), &scope)...)
		}
	} else {
		inside, which, err := k.Parse(req.ID)
		if err != nil {
			resp.Diagnostics.AddError("Not the id of a "+k.Platform+" "+k.Noun, err.Error())
		}
		scope, id = types.StringValue(inside), types.StringValue(which)
		if inside == "" {
			scope = types.StringNull()
		}
	}
	for name, value := range map[string]types.String{k.Scope: scope, "id": id} {
		if err := naming.CheckID("the "+name+" to import", value.ValueString()); err != nil {
			resp.Diagnostics.AddError("Not the id of a "+k.Platform+" "+k.Noun, err.Error())
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	if k.Scope != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(k.Scope), scope)...)
	}
	resp.Diagnostics.Append(k.Identify(ctx, resp.Identity, scope, id)...)
}

// Text is a name or description that a platform tells, nil for none: composed (NFC), as
// Terraform composes every text that it is given, while a platform tells what was typed.
func Text(told *string) types.String {
	if told == nil {
		return types.StringNull()
	}
	return types.StringValue(naming.NFC(*told))
}

// Lasting is an attribute that the platform sets, and that a change in place leaves as it is.
func Lasting(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// LastingTime is Lasting for a time.
func LastingTime(description string) schema.StringAttribute {
	attribute := Lasting(description + " (RFC 3339, UTC).")
	attribute.CustomType = timetypes.RFC3339Type{}
	return attribute
}
