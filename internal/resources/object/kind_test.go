package object

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestLabel(t *testing.T) {
	t.Parallel()
	if got := Label(types.StringValue("shop"), types.StringValue("key_1")); got != `"shop"` {
		t.Errorf("Label = %s", got)
	}
	if got := Label(types.StringNull(), types.StringValue("key_1")); got != "key_1" {
		t.Errorf("Label = %s", got)
	}
}

// A text is told as Terraform keeps it, however it was typed.
func TestText(t *testing.T) {
	t.Parallel()
	const composed, apart = "Zo\u00eb", "Zoe\u0308"
	for name, c := range map[string]struct {
		told *string
		want types.String
	}{
		"composed":    {new(composed), types.StringValue(composed)},
		"typed apart": {new(apart), types.StringValue(composed)},
		"empty":       {new(""), types.StringValue("")},
		"none":        {nil, types.StringNull()},
	} {
		if got := Text(c.told); !got.Equal(c.want) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
