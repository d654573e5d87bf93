package provider_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

const ephemeralName = "run"

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

// A run that lasts long keeps its key beside another run of the same name, as long as it
// renews it; once its time is over any run revokes it, whatever credential made it. Only
// the platform's clock counts.
func TestEphemeralKeysLiveUntilTheirTime(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		for _, off := range []time.Duration{0, -10 * time.Minute, 10 * time.Minute} {
			t.Run(off.String(), func(t *testing.T) {
				t.Parallel()
				var passing clock
				w := newWorld(t, sandboxtest.WithClock(passing.now))
				w.now = func() time.Time { return passing.now().Add(off) }
				at := func(d time.Duration) { passing.ahead.Store(int64(d)) }
				p := w.protocol(t)
				renewed, killed := p.open(t, c.typeName, c.set), p.open(t, c.typeName, c.set)
				unrelated := p.open(t, c.typeName, c.setWith("name", text("another")))
				wantNone(t, append(renewed.diags, killed.diags...))

				at(3 * time.Hour)
				wantNone(t, p.renew(t, &renewed))
				at(5*time.Hour + 59*time.Minute)
				parallel := c.other(w, t).protocol(t).open(t, c.typeName, c.set)
				wantNone(t, parallel.diags)
				c.wantLive(t, w, ephemeralName, renewed.text(t, "id"), killed.text(t, "id"), parallel.text(t, "id"))

				at(6*time.Hour + time.Minute)
				next := c.other(w, t).protocol(t).open(t, c.typeName, c.set)
				wantOne(t, next.diags, tfprotov6.DiagnosticSeverityWarning, killed.text(t, "id"), "was past its time and is now revoked")
				c.wantLive(t, w, ephemeralName, renewed.text(t, "id"), parallel.text(t, "id"), next.text(t, "id"))
				c.wantLive(t, w, "another", unrelated.text(t, "id"))
				wantNone(t, p.close(t, renewed))
				c.wantLive(t, w, ephemeralName, parallel.text(t, "id"), next.text(t, "id"))

				brief := p.open(t, c.typeName, c.setWith("max_lifetime", text("1m")))
				wantNone(t, brief.diags)
				at(6*time.Hour + 3*time.Minute)
				wantOne(t, p.open(t, c.typeName, c.set).diags, tfprotov6.DiagnosticSeverityWarning, brief.text(t, "id"))
			})
		}
	})
}

// Terraform is told to renew the key by this machine's clock, well before its time is
// over.
func TestEphemeralKeyIsRenewed(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w, passing := newClockedWorld(t)
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.setWith("max_lifetime", text("2h")))
		if in := o.renewAt.Sub(passing.now()); in < 50*time.Minute || in > time.Hour {
			t.Errorf("it is renewed in %s", in)
		}
		passing.advance(time.Hour)()
		wantNone(t, p.renew(t, &o))
		if in := o.renewAt.Sub(passing.now()); in < 50*time.Minute || in > time.Hour {
			t.Errorf("it is renewed again in %s", in)
		}
		var refuse atomic.Bool
		w.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if refuse.Load() && r.Method == http.MethodPatch {
					out.Header().Set("Date", passing.now().UTC().Format(http.TimeFormat))
					out.WriteHeader(http.StatusNotImplemented)
					return
				}
				next.ServeHTTP(out, r)
			})
		})
		refuse.Store(true)
		passing.advance(time.Hour)()
		wantOne(t, p.renew(t, &o), tfprotov6.DiagnosticSeverityWarning, o.text(t, "id"), "Terraform tries again")
		if in := o.renewAt.Sub(passing.now()); in <= 0 || in > 31*time.Minute {
			t.Errorf("it is tried again in %s", in)
		}
		passing.advance(time.Hour + time.Minute)()
		wantOne(t, p.renew(t, &o), tfprotov6.DiagnosticSeverityError, o.text(t, "id"), "Could not renew")
	})
}

// A key that its run renews between a listing and its end keeps living.
func TestEphemeralKeyRenewedInTime(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w, passing := newClockedWorld(t)
		p := w.protocol(t)
		o := p.open(t, c.typeName, c.set)
		passing.advance(6*time.Hour + time.Minute)()
		var renewed atomic.Bool
		w.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+o.text(t, "id")) && renewed.CompareAndSwap(false, true) {
					wantNone(t, p.renew(t, &o))
				}
				next.ServeHTTP(out, r)
			})
		})
		next := p.open(t, c.typeName, c.set)
		wantNone(t, next.diags)
		c.wantLive(t, w, ephemeralName, o.text(t, "id"), next.text(t, "id"))
	})
}

// Whatever fails after the creation: the run's own key is revoked, and no other one.
func TestEphemeralKeyThatIsNotFinishedIsRevoked(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		for name, fails := range map[string]func(*http.Request) bool{
			"the answer to the creation is lost": func(r *http.Request) bool { return r.Method == http.MethodPost },
			"the answer to the renaming is lost": func(r *http.Request) bool { return r.Method == http.MethodPatch },
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
				p := w.protocol(t)
				innocent := p.open(t, c.typeName, c.set)
				w.Intercept(func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
						if !fails(r) {
							next.ServeHTTP(out, r)
							return
						}
						next.ServeHTTP(httptest.NewRecorder(), r)
						out.WriteHeader(http.StatusBadGateway)
					})
				})
				o := p.open(t, c.typeName, c.set)
				if len(o.diags) != 2 || o.diags[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(o.diags[1].Summary, "was revoked") {
					t.Errorf("got %v", o.diags)
				}
				c.wantLive(t, w, ephemeralName, innocent.text(t, "id"))
			})
		}
	})
}

// An answer with another key's id has that key neither renamed nor revoked.
func TestEphemeralKeyWithTheIDOfAnother(t *testing.T) {
	onEach(t, func(t *testing.T, c ephemeralCase) {
		w := newWorld(t)
		p := w.protocol(t)
		innocent := p.open(t, c.typeName, c.set)
		id := regexp.MustCompile(`"id":"key_[0-9a-z]+"`)
		w.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost {
					next.ServeHTTP(out, r)
					return
				}
				answer := httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				out.WriteHeader(answer.Code)
				_, _ = out.Write(id.ReplaceAll(answer.Body.Bytes(), []byte(`"id":"`+innocent.text(t, "id")+`"`)))
			})
		})
		o := p.open(t, c.typeName, c.set)
		if len(o.diags) != 2 || !strings.Contains(o.diags[0].Detail, innocent.text(t, "id")) {
			t.Errorf("got %v", o.diags)
		}
		c.wantLive(t, w, ephemeralName, innocent.text(t, "id"))
	})
}

// A provider's key that may not finish what it begins creates nothing.
func TestEphemeralKeyNeedsItsRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := ephemeralCases()
	for name, limited := range map[string]*world{
		"Corebill": w.with("COREBILL_API_KEY", w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Write)),
		"Billium":  w.with("BILLIUM_API_KEY", w.BilliumKeyAs(t, billium.Owner, billium.APIKeyCreate, "api_key:view", "invoice:view", "invoice:create", "invoice:edit")),
	} {
		c := cases[name]
		o := limited.protocol(t).open(t, c.typeName, c.set)
		wantOne(t, o.diags, tfprotov6.DiagnosticSeverityError, "is created, renamed and revoked")
		if all, _ := c.keys(w, t, ephemeralName); len(all) > 0 {
			t.Errorf("%s: it made %d keys", name, len(all))
		}
	}
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
						out.Header().Set("Retry-After", "3600") // longer than anyone waits
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
func TestEphemeralKeyIsOpenThoughTheListFails(t *testing.T) {
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
		if len(o.diags) != 2 || !strings.Contains(o.diags[0].Summary, "Could not create") || !strings.Contains(o.diags[1].Summary, "was revoked") {
			t.Errorf("got %v", o.diags)
		}
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
