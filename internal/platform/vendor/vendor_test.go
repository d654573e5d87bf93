package vendor

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	ofCorebill, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := billium.NewToken(rand.Reader, billium.Secret)
	if err != nil {
		t.Fatal(err)
	}
	public, err := billium.NewToken(rand.Reader, billium.Public)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ token, of string }{
		"Corebill's":            {ofCorebill, Corebill},
		"Billium's":             {secret, Billium},
		"Billium's, public":     {public, Billium},
		"the beginning of each": {"sk_", ""},
		"sk_ and a few":         {"sk_abc", ""},
		"another platform's":    {"whsec_abc", ""},
		"nothing":               {"", ""},
	} {
		if got := Of(test.token); got != test.of {
			t.Errorf("%s: it is %q, want %q", name, got, test.of)
		}
		for _, platform := range []string{Corebill, Billium} {
			err := Check(platform, test.token)
			if wrong := test.of != "" && test.of != platform; (err != nil) != wrong {
				t.Errorf("%s for %s: got %v", name, platform, err)
			}
			if err == nil {
				continue
			}
			for _, want := range []string{"COREBILL_API_KEY", "BILLIUM_API_KEY", test.of} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %q doesn't say %q", name, err, want)
				}
			}
			if len(test.token) > 8 && strings.Contains(err.Error(), test.token[:8]) && test.of != Corebill {
				t.Errorf("%s: the error repeats the key", name)
			}
		}
	}
}
