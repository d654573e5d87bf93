// Package validity tells whether the framework's validation of a configuration
// would have nothing to say.
//
// Terraform has each instance's configuration validated in every plan, and the
// framework looks each attribute up in the whole configuration and in the whole
// schema to do it. Here the schema is taken apart once. What is wrong with a
// configuration stays the framework's to say, as does all that is more than an
// attribute with validators. Source: terraform-plugin-framework 1.19,
// internal/fwserver/attribute_validation.go.
package validity

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
)

// Checker checks the configurations of one schema.
type Checker struct {
	attributes []attribute
	// others is whether the schema has what is checked otherwise.
	others bool
}

// attribute is one of a schema's, or of a nested object's.
type attribute struct {
	name       string
	of         attr.Type
	path       path.Path
	expression path.Expression
	required   bool
	// plain is whether a value of it needs no more than its validators.
	plain   bool
	strings []validator.String
	sets    []validator.Set
	maps    []validator.Map
	objects []validator.Object
	nested  []attribute
}

// New returns the checker of a schema.
func New(s schema.Schema) *Checker {
	return &Checker{
		attributes: attributesOf(s.Attributes, path.Root, path.MatchRoot),
		others:     len(s.Blocks) > 0 || s.DeprecationMessage != "",
	}
}

func attributesOf(all map[string]schema.Attribute, at func(string) path.Path, matching func(string) path.Expression) []attribute {
	out := make([]attribute, 0, len(all))
	for name, of := range all {
		a := attribute{
			name: name, of: of.GetType(), path: at(name), expression: matching(name), required: of.IsRequired(),
			plain: (of.IsRequired() || of.IsOptional()) && !of.IsWriteOnly() && of.GetDeprecationMessage() == "",
		}
		switch of := of.(type) {
		case schema.StringAttribute:
			a.strings = of.Validators
		case schema.SetAttribute:
			a.sets = of.Validators
		case schema.MapAttribute:
			a.maps = of.Validators
		case schema.SingleNestedAttribute:
			a.objects, a.nested = of.Validators, attributesOf(of.Attributes, a.path.AtName, a.expression.AtName)
		case schema.BoolAttribute:
			a.plain = a.plain && len(of.Validators) == 0
		default:
			a.plain = false
		}
		out = append(out, a)
	}
	return out
}

// Valid reports whether a configuration is valid without a word; where it isn't, the
// framework has to validate it. Validators are asked about values alone, as none has
// anything to say of null.
func (c *Checker) Valid(ctx context.Context, config tfsdk.Config) bool {
	var values map[string]tftypes.Value
	if c.others || config.Raw.As(&values) != nil {
		return false
	}
	for _, a := range c.attributes {
		raw := values[a.name]
		if raw.IsNull() {
			if a.required {
				return false
			}
			continue
		}
		value, err := a.of.ValueFromTerraform(ctx, raw)
		if err != nil || !a.accepts(ctx, config, value) {
			return false
		}
	}
	return true
}

// accepts reports whether there is nothing to say of a value of the attribute.
func (a *attribute) accepts(ctx context.Context, config tfsdk.Config, value attr.Value) bool {
	if value.IsNull() {
		return !a.required
	}
	if !a.plain || !codec.OfItsType(ctx, value) {
		return false
	}
	switch v := value.(type) {
	case basetypes.StringValuable:
		text, diags := v.ToStringValue(ctx)
		return len(diags) == 0 && silent(ctx, a.strings, validator.String.ValidateString,
			validator.StringRequest{Path: a.path, PathExpression: a.expression, Config: config, ConfigValue: text},
			func(said validator.StringResponse) diag.Diagnostics { return said.Diagnostics })
	case types.Set:
		return silent(ctx, a.sets, validator.Set.ValidateSet,
			validator.SetRequest{Path: a.path, PathExpression: a.expression, Config: config, ConfigValue: v},
			func(said validator.SetResponse) diag.Diagnostics { return said.Diagnostics })
	case types.Map:
		return silent(ctx, a.maps, validator.Map.ValidateMap,
			validator.MapRequest{Path: a.path, PathExpression: a.expression, Config: config, ConfigValue: v},
			func(said validator.MapResponse) diag.Diagnostics { return said.Diagnostics })
	case types.Object:
		return a.acceptsNested(ctx, config, v) && silent(ctx, a.objects, validator.Object.ValidateObject,
			validator.ObjectRequest{Path: a.path, PathExpression: a.expression, Config: config, ConfigValue: v},
			func(said validator.ObjectResponse) diag.Diagnostics { return said.Diagnostics })
	case types.Bool:
		return true
	}
	return false
}

// silent reports whether no validator has anything to say.
func silent[Validator, Request, Response any](ctx context.Context, validators []Validator, ask func(Validator, context.Context, Request, *Response),
	request Request, of func(Response) diag.Diagnostics,
) bool {
	for _, v := range validators {
		var said Response
		if ask(v, ctx, request, &said); len(of(said)) > 0 {
			return false
		}
	}
	return true
}

// acceptsNested is accepts for the attributes of an object, as far as it is known.
func (a *attribute) acceptsNested(ctx context.Context, config tfsdk.Config, value types.Object) bool {
	values := value.Attributes()
	return value.IsUnknown() || !slices.ContainsFunc(a.nested, func(nested attribute) bool {
		return !nested.accepts(ctx, config, values[nested.name])
	})
}
