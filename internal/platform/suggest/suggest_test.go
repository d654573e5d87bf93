package suggest_test

import (
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	known := []string{"invoice:create", "invoice:view", "product:view", "read", "write"}
	cases := map[string]string{
		"invoice:creat":  ` Did you mean "invoice:create"?`,
		"invoices:view":  ` Did you mean "invoice:view"?`,
		"Invoice:Create": ` Did you mean "invoice:create"?`,
		"raed":           "",
		"wirte":          "",
		"writ":           ` Did you mean "write"?`,
		"banana":         "",
		"":               "",
	}
	for given, want := range cases {
		if got := suggest.DidYouMean(given, known); got != want {
			t.Errorf("DidYouMean(%q) = %q, want %q", given, got, want)
		}
	}
}
