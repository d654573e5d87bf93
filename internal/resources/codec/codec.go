// Package codec moves a resource's values between Terraform's form and a Go
// struct, for what is called several times for each resource of a plan.
//
// tfsdk's own Get and Set do the same for any Go type, and compile a regular
// expression for each field of each call: a quarter of what a plan of many
// resources costs the plugin. Here the struct is looked at once. Whatever a model
// can't be moved by is left to Get and Set, which say what is wrong. Source:
// terraform-plugin-framework 1.19, internal/reflect.
package codec

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Config reads a configuration into a model: a pointer to a struct whose fields
// are attr.Values with tfsdk tags, those of embedded structs included. A model is
// of one schema.
func Config(ctx context.Context, from tfsdk.Config, into any) diag.Diagnostics {
	if read(ctx, from.Schema, from.Raw, into) == nil {
		return nil
	}
	return from.Get(ctx, into)
}

// Plan is Config for a plan.
func Plan(ctx context.Context, from tfsdk.Plan, into any) diag.Diagnostics {
	if read(ctx, from.Schema, from.Raw, into) == nil {
		return nil
	}
	return from.Get(ctx, into)
}

// State is Config for a state.
func State(ctx context.Context, from tfsdk.State, into any) diag.Diagnostics {
	if read(ctx, from.Schema, from.Raw, into) == nil {
		return nil
	}
	return from.Get(ctx, into)
}

// SetPlan writes a model into a plan.
func SetPlan(ctx context.Context, into *tfsdk.Plan, from any) diag.Diagnostics {
	if raw, err := write(ctx, into.Schema, from); err == nil {
		into.Raw = raw
		return nil
	}
	return into.Set(ctx, from)
}

// SetState writes a model into a state.
func SetState(ctx context.Context, into *tfsdk.State, from any) diag.Diagnostics {
	if raw, err := write(ctx, into.Schema, from); err == nil {
		into.Raw = raw
		return nil
	}
	return into.Set(ctx, from)
}

// typed is a schema.
type typed interface{ Type() attr.Type }

// shape is what a model looks like.
type shape struct {
	fields    []field
	terraform tftypes.Type
}

type field struct {
	name  string
	index []int
	of    attr.Type
}

// shapes are those of the models, by their type.
var shapes sync.Map

func shapeOf(ctx context.Context, schema typed, model reflect.Type) (*shape, error) {
	if known, ok := shapes.Load(model); ok {
		found, _ := known.(*shape)
		return found, nil
	}
	object, ok := schema.Type().(attr.TypeWithAttributeTypes)
	if !ok {
		return nil, fmt.Errorf("a schema of type %T has no attributes", schema.Type())
	}
	types := object.AttributeTypes()
	s := &shape{terraform: object.TerraformType(ctx)}
	for _, f := range reflect.VisibleFields(model) {
		name := f.Tag.Get("tfsdk")
		if f.Anonymous || name == "" {
			continue
		}
		of, ok := types[name]
		if !ok {
			return nil, fmt.Errorf("the schema has no attribute %s", name)
		}
		s.fields = append(s.fields, field{name: name, index: f.Index, of: of})
	}
	if len(s.fields) != len(types) {
		return nil, fmt.Errorf("the schema has %d attributes, the model %d", len(types), len(s.fields))
	}
	shapes.Store(model, s)
	return s, nil
}

// read reads a value into a model, which is unchanged where it can't.
func read(ctx context.Context, schema typed, raw tftypes.Value, into any) error {
	target := reflect.ValueOf(into).Elem()
	s, err := shapeOf(ctx, schema, target.Type())
	if err != nil {
		return err
	}
	var values map[string]tftypes.Value
	if err := raw.As(&values); err != nil || len(values) != len(s.fields) {
		return fmt.Errorf("an object of %d attributes can't be read: %w", len(values), err)
	}
	filled := reflect.New(target.Type()).Elem()
	for _, f := range s.fields {
		value, err := f.of.ValueFromTerraform(ctx, values[f.name])
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		place := filled.FieldByIndex(f.index)
		if from := reflect.ValueOf(value); from.Type() == place.Type() {
			place.Set(from)
			continue
		}
		return fmt.Errorf("%s is a %T, not a %s", f.name, value, place.Type())
	}
	target.Set(filled)
	return nil
}

// write returns a model's value. What is not of the schema's type, or of none such
// as the zero value of a list, panics on its way to Terraform's form; to look
// first would be to do it twice.
func write(ctx context.Context, schema typed, from any) (made tftypes.Value, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("not of the schema's type: %v", problem)
		}
	}()
	source := reflect.Indirect(reflect.ValueOf(from))
	s, err := shapeOf(ctx, schema, source.Type())
	if err != nil {
		return tftypes.Value{}, err
	}
	values := make(map[string]tftypes.Value, len(s.fields))
	for _, f := range s.fields {
		value, ok := source.FieldByIndex(f.index).Interface().(attr.Value)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%s is no value", f.name)
		}
		if values[f.name], err = value.ToTerraformValue(ctx); err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return tftypes.NewValue(s.terraform, values), nil
}
