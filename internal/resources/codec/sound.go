package codec

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
		if !ok || !sound(ctx, value, path.Root(f.name)) {
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

func sound(ctx context.Context, value attr.Value, at path.Path) bool {
	if !OfItsType(ctx, value, at) {
		return false
	}
	switch v := value.(type) {
	case types.Object:
		for name, attribute := range v.Attributes() {
			if !sound(ctx, attribute, at.AtName(name)) {
				return false
			}
		}
	case types.List:
		return soundEach(ctx, v.Elements(), at)
	case types.Set:
		return soundEach(ctx, v.Elements(), at)
	case types.Map:
		for key, element := range v.Elements() {
			if !sound(ctx, element, at.AtMapKey(key)) {
				return false
			}
		}
	}
	return true
}

func soundEach(ctx context.Context, elements []attr.Value, at path.Path) bool {
	for i, element := range elements {
		if !sound(ctx, element, at.AtListIndex(i)) {
			return false
		}
	}
	return true
}

// OfItsType reports whether a value's own type has nothing to say of it.
func OfItsType(ctx context.Context, value attr.Value, at path.Path) bool {
	typed, ok := value.(xattr.ValidateableAttribute)
	if !ok {
		return true
	}
	var said xattr.ValidateAttributeResponse
	typed.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &said)
	return len(said.Diagnostics) == 0
}
