package naming_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

func TestSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"shop", "shop", true},
		{"shop", "Shop", false},
		{"Zo\u00eb", "Zoe\u0308", true},
		{"Zo\u00eb", "Zoe", false},
		{"\uac00", "\u1100\u1161", true}, // a Hangul syllable and its letters
		{"\u2460", "1", false},           // compatibility is not sameness
	} {
		if naming.Same(c.a, c.b) != c.want || naming.Same(c.b, c.a) != c.want || (naming.NFC(c.a) == naming.NFC(c.b)) != c.want {
			t.Errorf("%+q and %+q: want %v", c.a, c.b, c.want)
		}
	}
}

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
