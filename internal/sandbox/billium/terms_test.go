package billium_test

import (
	"testing"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
)

func TestRolesAboveTheCallersAreRefused(t *testing.T) {
	for i, user := range platform.Roles() {
		for j, role := range platform.Roles() {
			want := ""
			if j < i {
				want = "Cannot give the role " + string(role) + ": it is above your own, " + string(user)
			}
			got := ""
			if err := billium.CheckRole(user, role); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s gives %s: %q, want %q", user, role, got, want)
			}
		}
	}
}
