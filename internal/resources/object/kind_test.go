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
