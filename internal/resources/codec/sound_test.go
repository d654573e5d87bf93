package codec_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
)

// What a type has to say of a value is found wherever the value stands.
func TestSound(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	valid := scenes()["known"]
	soon, problem := types.StringValue("soon").ToTerraformValue(ctx)
	if problem != nil {
		t.Fatal(problem)
	}
	none, problem := timetypes.RFC3339Type{}.ValueFromTerraform(ctx, soon)
	if problem != nil {
		t.Fatal(problem)
	}
	noTime, ok := none.(timetypes.RFC3339)
	if !ok {
		t.Fatalf("got a %T", none)
	}
	wrongTime, twice, within := valid, valid, valid
	wrongTime.Created = noTime
	within.Inner = types.ObjectValueMust(inner, map[string]attr.Value{"name": types.StringNull(), "at": noTime})
	tags := tftypes.Set{ElementType: tftypes.String}
	x := tftypes.NewValue(tftypes.String, "x")
	set, problem := types.SetType{ElemType: types.StringType}.ValueFromTerraform(ctx, tftypes.NewValue(tags, []tftypes.Value{x, x}))
	if problem != nil {
		t.Fatal(problem)
	}
	if twice.Tags, ok = set.(types.Set); !ok {
		t.Fatalf("got a %T", set)
	}
	if codec.Sound(ctx, struct{ thing }{valid}) {
		t.Error("what no schema is known of is sound")
	}
	if codec.SetState(ctx, &tfsdk.State{Schema: things}, &valid).HasError() { // from here on the schema is known
		t.Fatal("the thing can't be written")
	}
	for name, row := range map[string]struct {
		given thing
		want  bool
	}{
		"known": {valid, true}, "null": {scenes()["null"], true}, "unknown": {scenes()["unknown"], true},
		"a time that is none": {wrongTime, false}, "an element twice": {twice, false}, "a time that is none in an object": {within, false},
	} {
		if got := codec.Sound(ctx, row.given); got != row.want {
			t.Errorf("%s: sound: %t, want %t", name, got, row.want)
		}
	}
}
