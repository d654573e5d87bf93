package validate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// wrong returns what the validators say of a value, as one text.
func wrong(t *testing.T, value types.String, validators ...validator.String) string {
	t.Helper()
	var text strings.Builder
	for _, v := range validators {
		if v.Description(t.Context()) == "" || v.MarkdownDescription(t.Context()) == "" {
			t.Error("a validator has no description")
		}
		var resp validator.StringResponse
		v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: value}, &resp)
		for _, d := range resp.Diagnostics.Errors() {
			text.WriteString(d.Summary() + ": " + d.Detail() + "\n")
		}
	}
	return text.String()
}

func TestNamesAndDescriptions(t *testing.T) {
	t.Parallel()
	const edge, unprintable, length = "starts or ends with a space or a line break", "can't be printed", "character count must be between 1 and 20"
	for _, c := range []struct{ text, name, description string }{
		{"Ana's shop", "", ""},
		{"Größe 店 ✓", "", ""},
		{"", length, length},
		{strings.Repeat("ä", 20), "", ""},
		{strings.Repeat("ä", 21), length, length},
		{" shop", edge, edge},
		{"shop\t", edge, edge},
		{"   ", edge, edge},
		{"shop\n", edge, edge},
		{"\u2003shop", edge, edge},
		{"two\nlines", unprintable, ""},
		{"two\r\nlines", unprintable, unprintable},
		{"a\x00b", unprintable, unprintable},
		{"a\u200bb", unprintable, unprintable},
		{"a\u202eb", unprintable, unprintable},
	} {
		for kind, v := range map[string]struct {
			validators []validator.String
			says       string
		}{"name": {validate.Name(20), c.name}, "description": {validate.Description(20), c.description}} {
			got := wrong(t, types.StringValue(c.text), v.validators...)
			if (got == "") != (v.says == "") || !strings.Contains(got, v.says) {
				t.Errorf("%s %q: got %q", kind, c.text, got)
			}
			if v.says == edge && !strings.HasPrefix(got, "Invalid "+kind+": the "+kind) {
				t.Errorf("%s %q: got %q", kind, c.text, got)
			}
		}
	}
}

func TestWhatIsNotThereIsNotWrong(t *testing.T) {
	t.Parallel()
	never := validate.Word("word", func(string) error { return errors.New("no") })
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		if got := wrong(t, value, never, validate.URL("URL")); got != "" {
			t.Errorf("%s: got %q", value, got)
		}
	}
	if got := wrong(t, types.StringValue("x"), never); got != "Invalid word: no\n" {
		t.Errorf("got %q", got)
	}
	if got := wrong(t, types.StringValue("x"), validate.URL("logo URL")); !strings.HasPrefix(got, "Invalid logo URL: ") {
		t.Errorf("got %q", got)
	}
}
