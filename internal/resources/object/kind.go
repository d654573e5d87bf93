// Package object is the life of a platform's object as a Terraform resource,
// written once: plan, create, read, update, delete, import, identity, list.
// What differs between the kinds of objects is behind the Platform interface.
package object

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Kind says what a kind of object is called and how one is told from another.
type Kind struct {
	// Type is the resource's type without the provider's name.
	Type string
	// Platform is the platform's name, Noun the object's, as people write them.
	Platform, Noun string
	// Scope names the attribute that says what an object belongs to; empty where
	// its id says it all.
	Scope string
	// Unscoped is the word in an import id for an object that belongs to
	// nothing; empty where each belongs to something.
	Unscoped string
	// IDPrefix starts every id.
	IDPrefix string
	// OtherIDPrefix starts an id too, where objects have ids of two kinds.
	OtherIDPrefix string
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
		var err error
		if scope, id, err = k.parse(req.ID); err != nil {
			resp.Diagnostics.AddError("Not the id of a "+k.Platform+" "+k.Noun, err.Error())
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

// parse takes an import id apart.
func (k Kind) parse(importID string) (scope, id types.String, err error) {
	form := "<id>, for example " + k.IDPrefix + "…"
	rest := importID
	if k.Scope != "" {
		form = fmt.Sprintf("<%s>/<id>, for example %s_…/%s…", k.Scope, k.Scope[:3], k.IDPrefix)
		first, last, ok := strings.Cut(importID, "/")
		if !ok || first == "" {
			return scope, id, fmt.Errorf("%q can't be imported: the import id is written %s", importID, form)
		}
		rest = last
		if scope = types.StringValue(first); first == k.Unscoped {
			scope = types.StringNull()
		}
	}
	if !k.identifies(rest) || strings.Contains(rest, "/") {
		return scope, id, fmt.Errorf("%q can't be imported: the import id is written %s", importID, form)
	}
	return scope, types.StringValue(rest), nil
}

func (k Kind) identifies(id string) bool {
	return strings.HasPrefix(id, k.IDPrefix) || k.OtherIDPrefix != "" && strings.HasPrefix(id, k.OtherIDPrefix)
}

// Spelled is a name or description that a platform tells, as a model has it. now is
// nil for none. Where has is the same text, composed of other Unicode characters, it
// stays: Terraform composes every text (NFC), and a platform tells what was typed.
func Spelled(has types.String, now *string) types.String {
	if now != nil && !has.IsNull() && !has.IsUnknown() && naming.Same(has.ValueString(), *now) {
		return has
	}
	return types.StringPointerValue(now)
}
