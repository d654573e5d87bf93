package object

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestSpelled(t *testing.T) {
	t.Parallel()
	const composed, apart = "Zo\u00eb", "Zoe\u0308"
	for name, c := range map[string]struct {
		has  types.String
		now  *string
		want types.String
	}{
		"the same":                       {types.StringValue(composed), new(composed), types.StringValue(composed)},
		"typed apart, and declared":      {types.StringValue(composed), new(apart), types.StringValue(composed)},
		"declared apart":                 {types.StringValue(apart), new(composed), types.StringValue(apart)},
		"another text":                   {types.StringValue(composed), new("Zoe"), types.StringValue("Zoe")},
		"no text any more":               {types.StringValue(composed), nil, types.StringNull()},
		"imported":                       {types.StringNull(), new(apart), types.StringValue(apart)},
		"not known before":               {types.StringUnknown(), new(apart), types.StringValue(apart)},
		"an empty text is not the same":  {types.StringNull(), new(""), types.StringValue("")},
		"nothing, and nothing is known":  {types.StringUnknown(), nil, types.StringNull()},
		"nothing, and nothing was there": {types.StringNull(), nil, types.StringNull()},
	} {
		if got := Spelled(c.has, c.now); !got.Equal(c.want) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
