package rotation_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("ü", rotation.MaxNameLength-len(rotation.Marker))
	for _, c := range []struct{ name, is, want string }{
		{"a name", "shop", "shop (rotate)"},
		{"one that asks already", "shop (rotate)", "shop (rotate)"},
		{"the longest, in characters", longest, longest + rotation.Marker},
		{"longer", longest + "ü", ""},
		{"a full name that asks already", longest + rotation.Marker, longest + rotation.Marker},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := rotation.Request(c.is)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("Request = %q, %v; want %q", got, err, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), "rotate_when_changed") {
				t.Errorf("%q names no other way", err)
			}
		})
	}
}

func TestRequested(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, is, declared string
		want               bool
	}{
		{"as declared", "shop", "shop", false},
		{"marked", "shop (rotate)", "shop", true},
		{"another name", "store", "shop", false},
		{"another name, marked", "store (rotate)", "shop", false},
		{"marked twice", "shop (rotate) (rotate)", "shop", false},
		{"the mark is declared", "shop (rotate)", "shop (rotate)", false},
		{"in another case", "shop (Rotate)", "shop", false},
		{"without the space", "shop(rotate)", "shop", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := rotation.Requested(c.is, c.declared); got != c.want {
				t.Errorf("Requested = %v", got)
			}
		})
	}
}
