package provider_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
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

// A key with the provider's prefix, whose token no state has, is not the provider's:
// the log tells them apart, at the price of two requests in a run, and where the log
// does not tell, the guard refuses.
func TestCorebillTwinOfTheOwnKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	own := w.CorebillKeys(t)[0]
	w.StartTokens(own.KeyPrefix[8:])
	w.CorebillKey(t, "", corebill.Admin)
	twin := w.CorebillKeys(t)[0]
	w.StartTokens("")
	config := func(key, more string) string {
		return "resource \"keyward_corebill_api_key\" \"" + key + "\" {\n name = \"" + key + "\"\n permission_level = \"admin\"\n organization = true\n" + more + "\n}\n"
	}
	both := config("own", "") + config("twin", "")
	var silent atomic.Bool // Corebill's log
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if silent.Load() && r.URL.Path == "/corebill/v1/api_logs" {
				r.URL.RawQuery += "&status=599"
			}
			next.ServeHTTP(rw, r)
		})
	})
	w.run(t,
		resource.TestStep{Config: importBlock("keyward_corebill_api_key.own", "organization/"+own.ID) + importBlock("keyward_corebill_api_key.twin", "organization/"+twin.ID) + both},
		refused(config("twin", ""), own.ID+` (`+own.KeyPrefix+`…) can't be revoked: the provider itself uses it`),
		resource.TestStep{PreConfig: func() { silent.Store(true) }, Config: config("own", "") + config("twin", "enabled = false"), ExpectError: says(`it can't be disabled until it is certain that it is not the provider's own key`)},
		resource.TestStep{PreConfig: func() { silent.Store(false) }, Config: config("own", "") + config("twin", "enabled = false")},
		resource.TestStep{Config: config("own", "")},
		resource.TestStep{Config: forget("keyward_corebill_api_key.own")},
	)
	if len(w.liveCorebill(t, "own")) != 1 || len(w.liveCorebill(t, "twin")) != 0 {
		t.Error("the wrong key was revoked")
	}
}

// The guard holds in the apply itself, whatever the plan's credential was.
func TestOwnKeyIsGuardedAtApply(t *testing.T) {
	t.Parallel()
	for typeName, c := range map[string]struct {
		variable         string
		before, rotating values
	}{
		"keyward_corebill_api_key": {
			"COREBILL_API_KEY",
			values{"name": text("own"), "permission_level": text("admin")}, values{"name": text("own"), "permission_level": text("write")},
		},
		"keyward_billium_api_key": {"BILLIUM_API_KEY", values{"name": text("own")}, values{"name": text("own"), "type": text("PUBLIC")}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.walk(t, typeName)
			key := first.apply(t, first.none(t), c.before, first.plan(t, first.none(t), c.before))
			var id, token string
			for name, into := range map[string]*string{"id": &id, "token": &token} {
				if err := first.attributes(t, key.state)[name].As(into); err != nil {
					t.Fatal(err)
				}
			}
			planned := first.plan(t, key, c.rotating)
			gone := first.none(t).state
			destroyed, err := first.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: typeName, PriorState: key.state, PriorPrivate: key.private, ProposedNewState: gone, Config: gone,
			})
			if err != nil {
				t.Fatal(err)
			}
			applying := w.with(c.variable, token).walk(t, typeName)
			for harm, request := range map[string]*tfprotov6.ApplyResourceChangeRequest{
				"can't be rotated": {PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, Config: configuration(t, applying.schema(), c.rotating)},
				"can't be revoked": {PlannedState: destroyed.PlannedState, PlannedPrivate: destroyed.PlannedPrivate, Config: gone},
			} {
				request.TypeName, request.PriorState = typeName, key.state
				resp, err := applying.ApplyResourceChange(t.Context(), request)
				if err != nil {
					t.Fatal(err)
				}
				wantOne(t, resp.Diagnostics, tfprotov6.DiagnosticSeverityError, harm+": the provider itself uses it", id)
			}
			if w.revoked(t, id) || len(w.liveCorebill(t, "own"))+len(w.liveBillium(t, "own")) != 1 {
				t.Error("the provider's key is revoked, or another one was made")
			}
		})
	}
}
