package corebill

import (
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// maxSlug is how long a slug may be. Source: contract.
const maxSlug = 63

// Slug derives a company's slug from its name: "My Agency" is my-agency. Letters
// outside of a–z are left out; a name without any has no slug. Source: contract.
func Slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(naming.NFC(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	slug := strings.Join(words, "-")
	return strings.Trim(slug[:min(len(slug), maxSlug)], "-")
}
