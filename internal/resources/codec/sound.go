package codec

import (
	"context"
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Sound reports whether the types of a model's values have nothing to say of them,
// those within other values included: whether a time is one, or a set has each of
// its elements once. The framework asks as it looks at a plan's or a state's values,
// and tells the user what is wrong.
func Sound[M any](ctx context.Context, model M) bool {
	known, ok := shapes.Load(reflect.TypeFor[M]())
	s, isShape := known.(*shape)
	if !ok || !isShape {
		return false
	}
	source := reflect.ValueOf(model)
	for _, f := range s.fields {
		if !f.opinionated {
			continue
		}
		value, ok := source.FieldByIndex(f.index).Interface().(attr.Value)
		if !ok || !sound(ctx, value) {
			return false
		}
	}
	return true
}

// opinionated reports whether a type may have something to say of its values, or of
// those within them.
func opinionated(ctx context.Context, of attr.Type) bool {
	if _, asked := of.ValueType(ctx).(xattr.ValidateableAttribute); asked {
		return true
	}
	switch t := of.(type) {
	case types.SetType:
		return true
	case attr.TypeWithElementType:
		return opinionated(ctx, t.ElementType())
	case attr.TypeWithAttributeTypes:
		for _, attribute := range t.AttributeTypes() {
			if opinionated(ctx, attribute) {
				return true
			}
		}
	}
	return false
}

func sound(ctx context.Context, value attr.Value) bool {
	if !OfItsType(ctx, value) {
		return false
	}
	for inner := range within(value) {
		if !sound(ctx, inner) {
			return false
		}
	}
	return true
}

// within are the values that a value is made of.
func within(value attr.Value) iter.Seq[attr.Value] {
	switch v := value.(type) {
	case types.Object:
		return maps.Values(v.Attributes())
	case types.Map:
		return maps.Values(v.Elements())
	case types.List:
		return slices.Values(v.Elements())
	case types.Set:
		return slices.Values(v.Elements())
	}
	return func(func(attr.Value) bool) {}
}

// OfItsType reports whether a value's own type has nothing to say of it.
func OfItsType(ctx context.Context, value attr.Value) bool {
	if typed, ok := value.(xattr.ValidateableAttribute); ok {
		var said xattr.ValidateAttributeResponse
		typed.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{}, &said)
		return len(said.Diagnostics) == 0
	}
	set, ok := value.(types.Set)
	return !ok || distinct(set.Elements())
}

// distinct reports whether no two elements of a set are the same, as far as is known.
func distinct(elements []attr.Value) bool {
	for i, element := range elements {
		if !element.IsUnknown() && slices.ContainsFunc(elements[:i], element.Equal) {
			return false
		}
	}
	return true
}
