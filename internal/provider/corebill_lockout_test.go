package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// The provider never takes its own key away from itself: here a key whose token
// the state has.
func TestCorebillOwnKeyIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.environment["COREBILL_API_KEY"]
	config := func(level, more string) string {
		return corebillConfig(`name = "own"
			permission_level = "` + level + `"
			` + more)
	}
	useOwn := func(state *terraform.State) error {
		w.environment["COREBILL_API_KEY"] = state.RootModule().Resources[corebillKey].Primary.Attributes["token"]
		return nil
	}
	w.run(t,
		resource.TestStep{Config: config("admin", ""), Check: useOwn},
		refused("# revoked", `can't be revoked: the provider itself uses it`),
		refused(config("admin", `enabled = false`), `can't be disabled: the provider itself uses it`),
		refused(config("read", ""), `can't be rotated: the provider itself uses it`),
		resource.TestStep{Config: config("admin", `rotation = { overlap = "0s", rotate_when_changed = { generation = 1 } }`)},
		refused(config("admin", `rotation = { overlap = "0s", rotate_when_changed = { generation = 2 } }`), `can't be rotated: the provider itself uses it`),
		// With another key it is a key like any other.
		resource.TestStep{
			PreConfig:         func() { w.environment["COREBILL_API_KEY"] = first },
			Config:            config("admin", `rotation = { overlap = "0s", rotate_when_changed = { generation = 2 } }`),
			ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "previous", knownvalue.Null())},
		},
	)
}

// An imported key has no token in the state; its own log tells that it is the
// provider's.
func TestCorebillImportedOwnKeyIsGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys := w.CorebillKeys(t)
	own := keys[len(keys)-1]
	config := func(more string) string {
		return corebillConfig(`name = "own"
			permission_level = "admin"
			organization = true
			` + more)
	}
	w.run(t,
		resource.TestStep{Config: importBlock(corebillKey, "organization/"+own.ID) + config("")},
		refused("# revoked", `can't be revoked: the provider itself uses it`),
		refused(config(`enabled = false`), `can't be disabled: the provider itself uses it`),
		resource.TestStep{Config: forget(corebillKey)},
	)
	if len(w.liveCorebill(t, "own")) != 1 {
		t.Error("the provider's key is gone")
	}
}
