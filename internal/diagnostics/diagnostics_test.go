package diagnostics_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
)

type ownAdvice struct{ error }

func (ownAdvice) NextStep() string { return "Read the manual." }

// Whatever went wrong, the reader learns what to do next.
func TestNextStep(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		err  error
		want string
	}{
		{"created, but the token is lost", &client.Error{Status: 201, CreatedID: "key_1"}, "revoke it before the next apply: keyward keys revoke key_1"},
		{"sent, and no answer", &client.Error{OutcomeUnknown: true}, "keyward keys prune revokes it once it is 15 minutes old"},
		{"401", &client.Error{Status: 401}, "Check the provider's api_key"},
		{"403", &client.Error{Status: 403}, "Give the provider a key that may"},
		{"429", &client.Error{Status: 429}, "Run again in a minute"},
		{"500", &client.Error{Status: 500}, "report the request id"},
		{"302", &client.Error{Status: 302}, "Check the provider's base_url"},
		{"no connection", &client.Error{Err: client.ErrConnection}, "Check the provider's base_url and the network"},
		{"not the platform's answer", &client.Error{Err: client.ErrInvalidResponse}, "without /v1"},
		{"another object than a key", &client.Error{CreatedID: "wh_1"}, "wh_1 exists, but the answer"},
		{"advice of its own", fmt.Errorf("context: %w", ownAdvice{client.ErrForbidden}), "Read the manual."},
		{"it says all itself", errors.New("no such thing"), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			diagnostic := diagnostics.Error("create", "the key", c.err)
			if diagnostic.Summary() != "Could not create the key" || !strings.HasPrefix(diagnostic.Detail(), c.err.Error()) {
				t.Errorf("%s: %s", diagnostic.Summary(), diagnostic.Detail())
			}
			if got := diagnostics.NextStep(c.err); !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("NextStep = %q, want %q", got, c.want)
			}
		})
	}
}
