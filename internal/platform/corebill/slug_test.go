package corebill_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"My Agency": "my-agency", " My  agency! ": "my-agency", "Büro 2": "b-ro-2", "Bu\u0308ro 2": "b-ro-2", "鍵": "", "": "",
		strings.Repeat("a", 62) + " b": strings.Repeat("a", 62),
	} {
		if got := corebill.Slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
