package codec_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
)

type shared struct {
	ID      types.String      `tfsdk:"id"`
	Created timetypes.RFC3339 `tfsdk:"created_at"`
}

type thing struct {
	shared
	Count types.Int64  `tfsdk:"count"`
	Tags  types.Set    `tfsdk:"tags"`
	Inner types.Object `tfsdk:"inner"`
}

var things = schema.Schema{Attributes: map[string]schema.Attribute{
	"id":         schema.StringAttribute{Required: true},
	"created_at": schema.StringAttribute{Computed: true, CustomType: timetypes.RFC3339Type{}},
	"count":      schema.Int64Attribute{Optional: true},
	"tags":       schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"inner": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Optional: true},
		"at":   schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}},
	}},
}}

var inner = map[string]attr.Type{"name": types.StringType, "at": timetypes.RFC3339Type{}}

// scenes are things of every kind of value.
func scenes() map[string]thing {
	created := timetypes.NewRFC3339ValueMust("2026-03-01T12:00:00Z")
	return map[string]thing{
		"known": {shared{types.StringValue("a"), created}, types.Int64Value(7),
			types.SetValueMust(types.StringType, []attr.Value{types.StringValue("x"), types.StringValue("y")}),
			types.ObjectValueMust(inner, map[string]attr.Value{"name": types.StringValue("n"), "at": created})},
		"null":    {shared{types.StringValue("a"), timetypes.NewRFC3339Null()}, types.Int64Null(), types.SetNull(types.StringType), types.ObjectNull(inner)},
		"unknown": {shared{types.StringValue("a"), timetypes.NewRFC3339Unknown()}, types.Int64Unknown(), types.SetUnknown(types.StringType), types.ObjectUnknown(inner)},
	}
}

// It writes what Set writes, and reads what Get reads.
func TestLikeTheFramework(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, given := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := empty(ctx), empty(ctx)
			if diags := want.Set(ctx, &given); diags.HasError() {
				t.Fatal(diags)
			}
			if diags := codec.SetState(ctx, &got, &given); diags.HasError() || !got.Raw.Equal(want.Raw) {
				t.Errorf("wrote %s, want %s (%v)", got.Raw, want.Raw, diags)
			}
			plan := tfsdk.Plan(empty(ctx))
			if diags := codec.SetPlan(ctx, &plan, given); diags.HasError() || !plan.Raw.Equal(want.Raw) {
				t.Errorf("planned %s, want %s (%v)", plan.Raw, want.Raw, diags)
			}
			for name, read := range map[string]func(*thing) bool{
				"state":  func(into *thing) bool { return codec.State(ctx, want, into).HasError() },
				"plan":   func(into *thing) bool { return codec.Plan(ctx, tfsdk.Plan(want), into).HasError() },
				"config": func(into *thing) bool { return codec.Config(ctx, tfsdk.Config(want), into).HasError() },
			} {
				var back, like thing
				if want.Get(ctx, &like).HasError() || read(&back) || !reflect.DeepEqual(back, like) {
					t.Errorf("%s: read %+v, want %+v", name, back, like)
				}
			}
		})
	}
}

// What it can't move, the framework says what is wrong with.
func TestLeavesTheRestToTheFramework(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	state := empty(ctx)
	if diags := codec.SetState(ctx, &state, &thing{}); !diags.HasError() {
		t.Error("lists of no type were written")
	}
	var into thing
	if diags := codec.State(ctx, state, &into); !diags.HasError() {
		t.Error("no object was read into a model")
	}
	type short struct {
		ID types.String `tfsdk:"id"`
	}
	if diags := codec.SetState(ctx, &state, &short{}); !diags.HasError() {
		t.Error("a model that lacks attributes was written")
	}
	full := scenes()["known"]
	if diags := codec.SetState(ctx, &state, &full); diags.HasError() {
		t.Fatal(diags)
	}
	if diags := codec.State(ctx, state, &short{}); !diags.HasError() {
		t.Error("a model that lacks attributes was read")
	}
	type plain struct {
		shared
		Count *int64       `tfsdk:"count"`
		Tags  types.Set    `tfsdk:"tags"`
		Inner types.Object `tfsdk:"inner"`
	}
	var loose plain
	if diags := codec.State(ctx, state, &loose); diags.HasError() || loose.Count == nil || *loose.Count != 7 {
		t.Errorf("a field that is no attr.Value: %+v, %v", loose, diags)
	}
}

func empty(ctx context.Context) tfsdk.State {
	return tfsdk.State{Schema: things, Raw: tftypes.NewValue(things.Type().TerraformType(ctx), nil)}
}
