package tfconfig_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/tfconfig"
)

func TestImportBlock(t *testing.T) {
	t.Parallel()
	want := "import {\n  to = keyward_corebill_api_key.ci\n  id = \"com_1/key_$${x}\"\n}"
	if got := tfconfig.ImportBlock("keyward_corebill_api_key", "ci", "com_1/key_${x}"); got != want {
		t.Errorf("%s", got)
	}
}

func TestAttribute(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]cty.Value{
		`a = "x \"%%{y}\""`: cty.StringVal(`x "%{y}"`), `a = []`: tfconfig.Texts(nil), `a = ["1", "2", "3", "4"]`: tfconfig.Texts([]string{"1", "2", "3", "4"}),
		"a = [\n  \"1\",\n  \"2\",\n  \"3\",\n  \"4\",\n  \"5\",\n]": tfconfig.Texts([]string{"1", "2", "3", "4", "5"}),
	} {
		if got := tfconfig.Attribute("a", value); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
