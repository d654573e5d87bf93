package naming_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

func TestCheck(t *testing.T) {
	const edge, unprintable = "starts or ends with a space or a line break", "has a character that can't be printed"
	for text, want := range map[string]struct{ name, description string }{
		"ünïcode 鍵 ${x} <b>": {"", ""},
		"two\nlines":         {unprintable, ""},
		"a\tb":               {unprintable, unprintable},
		"\x1b[31mred":        {unprintable, unprintable},
		"rtl \u202eevil":     {unprintable, unprintable},
		"end ":               {edge, edge},
		"\nstart":            {edge, edge},
	} {
		for _, c := range []struct {
			err  error
			want string
		}{{naming.Check(text), want.name}, {naming.CheckDescription(text), want.description}} {
			if (c.err == nil) != (c.want == "") || c.err != nil && !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("%q: %v, want %q", text, c.err, c.want)
			}
		}
	}
}
