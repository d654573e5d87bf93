package provider_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const ephemeralName = "keyward-ephemeral/run"

// A run has a key that works, the plan mints none, and afterwards the platform
// has no live one.
func TestEphemeralKeyLivesForOneRun(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		factories := w.providers()
		factories["echo"] = echoprovider.NewProviderServer()
		config := c.config + `
			provider "echo" { data = ephemeral.` + c.typeName + `.run }
			resource "echo" "run" {}`
		minted := func() int {
			all, _ := c.keys(w, t, ephemeralName)
			return len(all)
		}
		resource.UnitTest(t, resource.TestCase{
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{
				{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
				{
					PreConfig: func() {
						if n := minted(); n != 0 {
							t.Errorf("the plan minted %d keys", n)
						}
					},
					Config: config,
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue("echo.run", at("data").AtMapKey("token"), tokenOf(c.valid)),
						statecheck.ExpectKnownValue("echo.run", at("data").AtMapKey("id"), knownvalue.NotNull()),
						serverSees(func() error {
							_, live := c.keys(w, t, ephemeralName)
							return all(exactly(1, minted(), "minted keys"), exactly(0, len(live), "live keys"))
						}),
					},
				},
			},
		})
		c.wantLive(t, w, ephemeralName)
	})
}

// The key is accepted until it is closed, and not any longer.
func TestEphemeralKeyWorksUntilItIsClosed(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.set)
		wantNone(t, o.diags)
		c.wantLive(t, w, ephemeralName, o.text(t, "id"))
		token := o.text(t, "token")
		if !c.valid(token) {
			t.Error("its token is none")
		}
		if strings.Contains(string(o.private), token) {
			t.Error("its token is in the private data")
		}
		wantNone(t, p.close(t, o))
		c.wantLive(t, w, ephemeralName)
	})
}

func TestEphemeralKeyThatIsNotOpenMintsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.setWith("open", flag(false)))
		wantNone(t, o.diags)
		for _, attribute := range []string{"id", "token", "key_prefix", "created_at"} {
			if !o.result[attribute].IsNull() {
				t.Errorf("%s is not null", attribute)
			}
		}
		wantNone(t, p.close(t, o))
		if n := len(w.Requests()); n != 0 {
			t.Errorf("it made %d requests", n)
		}
	})
}

// What a killed run left behind is revoked by the next one, once it is old
// enough, and nothing else is.
func TestLeftoversOfKilledRunsAreRevoked(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		var passing clock
		w := newWorld(t, sandboxtest.WithClock(passing.now))
		p := w.protocol(t)
		killed := p.open(t, c.typeName, c.set)
		stranger := c.other(w, t).protocol(t).open(t, c.typeName, c.set)
		unrelated := p.open(t, c.typeName, c.setWith("name", text("another")))

		passing.ahead.Store(int64(30 * time.Minute))
		parallel := p.open(t, c.typeName, c.set)
		wantNone(t, parallel.diags)
		c.wantLive(t, w, ephemeralName, killed.text(t, "id"), stranger.text(t, "id"), parallel.text(t, "id"))

		passing.ahead.Store(int64(61 * time.Minute))
		next := p.open(t, c.typeName, c.set)
		wantOne(t, next.diags, tfprotov6.DiagnosticSeverityWarning, killed.text(t, "id"), "was left behind and is now revoked")
		c.wantLive(t, w, ephemeralName, stranger.text(t, "id"), parallel.text(t, "id"), next.text(t, "id"))
		c.wantLive(t, w, "keyward-ephemeral/another", unrelated.text(t, "id"))

		sooner := p.open(t, c.typeName, c.setWith("leftover_after", text("10m")))
		wantOne(t, sooner.diags, tfprotov6.DiagnosticSeverityWarning, parallel.text(t, "id"))
		c.wantLive(t, w, ephemeralName, stranger.text(t, "id"), next.text(t, "id"), sooner.text(t, "id"))
	})
}

// A key that stays live is named, whatever the platform answers: also where it
// claims to know no such key.
func TestEphemeralKeyThatCannotBeRevokedIsNamed(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		for _, answer := range []struct {
			name, body string
			status     int
		}{
			{"the platform is down", `<html>maintenance</html>`, http.StatusServiceUnavailable},
			{"it refuses", `{"error":"Insufficient permissions. Admin access required."}`, http.StatusForbidden},
			{"it knows no such key", `{"error":"API key not found","statusCode":404,"message":"API key not found"}`, http.StatusNotFound},
			{"a proxy knows no such page", `<html>not found</html>`, http.StatusNotFound},
		} {
			t.Run(answer.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				p := w.protocol(t)
				o := p.open(t, c.typeName, c.set)
				w.Intercept(func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
						if r.Method != http.MethodDelete {
							next.ServeHTTP(out, r)
							return
						}
						out.Header().Set("Retry-After", "3600") // longer than anybody waits
						out.WriteHeader(answer.status)
						_, _ = out.Write([]byte(answer.body))
					})
				})
				diags := p.close(t, o)
				wantOne(t, diags, tfprotov6.DiagnosticSeverityWarning, o.text(t, "id"), ephemeralName, "may still be live")
				c.wantLive(t, w, ephemeralName, o.text(t, "id"))
			})
		}
	})
}

// A key is of no use where the sweep fails, but it is no loss either.
func TestEphemeralKeyIsOpenThoughNobodyCanLookForLeftovers(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		w.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, c.path) {
					out.WriteHeader(http.StatusForbidden)
					return
				}
				next.ServeHTTP(out, r)
			})
		})
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.set)
		wantOne(t, o.diags, tfprotov6.DiagnosticSeverityWarning, "Could not look for", ephemeralName)
		wantNone(t, p.close(t, o))
		c.wantLive(t, w, ephemeralName)
	})
}

// An answer to the creation that is of no use leaves no live key.
func TestEphemeralKeyWithoutItsTokenIsRevokedAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		w.Intercept(withoutTokens)
		o := w.protocol(t).open(t, c.typeName, c.set)
		wantOne(t, o.diags, tfprotov6.DiagnosticSeverityError, "Could not create", "was revoked again")
		if minted, _ := c.keys(w, t, ephemeralName); len(minted) == 0 {
			t.Error("no key was minted")
		}
		c.wantLive(t, w, ephemeralName)
	})
}

// A run that is being interrupted revokes its key all the same.
func TestEphemeralKeyIsRevokedWhereTheRunIsInterrupted(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.set)
		interrupted, cancel := context.WithCancel(t.Context())
		cancel()
		resp, err := p.CloseEphemeralResource(interrupted, &tfprotov6.CloseEphemeralResourceRequest{TypeName: o.typeName, Private: o.private})
		if err != nil {
			t.Fatal(err)
		}
		wantNone(t, resp.Diagnostics)
		c.wantLive(t, w, ephemeralName)
	})
}
