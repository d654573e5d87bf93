package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const (
	corebillPing   = "keyward_corebill_webhook_ping"
	billiumPing    = "keyward_billium_webhook_ping"
	corebillRevoke = "keyward_corebill_api_key_revoke"
	billiumRevoke  = "keyward_billium_api_key_revoke"
)

// An endpoint takes pings and answers with a status.
type endpoint struct {
	*httptest.Server

	status atomic.Int64
	pings  atomic.Int64
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.status.Store(http.StatusNoContent)
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		e.pings.Add(1)
		w.WriteHeader(int(e.status.Load()))
	}))
	t.Cleanup(e.Close)
	return e
}

// webhook makes a webhook of either platform and returns its id.
func (w *world) webhook(t *testing.T, action, url string) string {
	t.Helper()
	if action == billiumPing {
		body := map[string]any{"url": url, "events": []string{"invoice.created"}}
		return w.CallBillium(t, w.Credentials.Billium.APIKey, http.MethodPost, "/webhooks", body).Want(t, http.StatusCreated).Text(t, "id")
	}
	body := map[string]any{"url": url, "events": []string{"customer.created"}}
	path := "/webhooks?company_id=" + w.Credentials.Corebill.CompanyID
	return w.CallCorebill(t, w.Credentials.Corebill.APIKey, http.MethodPost, path, body).Want(t, http.StatusCreated).Text(t, "id")
}

func TestPingFailsTheRunWhereTheEndpointRefuses(t *testing.T) {
	t.Parallel()
	for _, action := range []string{corebillPing, billiumPing} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w, e := newWorld(t), newEndpoint(t)
			id := w.webhook(t, action, e.URL)
			p, set := w.protocol(t), values{"webhook_id": text(id)}

			wantNone(t, p.plan(t, action, values{"webhook_id": unknownText}))
			wantNone(t, p.plan(t, action, set))
			if n := e.pings.Load(); n != 0 {
				t.Errorf("the plan pinged %d times", n)
			}
			progress, diags := p.invoke(t, action, set)
			wantNone(t, diags)
			if len(progress) != 1 || !strings.Contains(progress[0], id) || !strings.Contains(progress[0], "answered with 204") {
				t.Errorf("the progress is %q", progress)
			}
			e.status.Store(http.StatusInternalServerError)
			_, diags = p.invoke(t, action, set)
			wantOne(t, diags, tfprotov6.DiagnosticSeverityError, id, "did not take the ping", "answered with 500")
			if n := e.pings.Load(); n != 2 {
				t.Errorf("%d pings, want 2", n)
			}
			e.Close()
			_, diags = p.invoke(t, action, set)
			wantOne(t, diags, tfprotov6.DiagnosticSeverityError, id, "gave no answer")

			w.DeleteObject(t, id)
			_, diags = p.invoke(t, action, set)
			wantOne(t, diags, tfprotov6.DiagnosticSeverityError, "Could not ping", "Webhook not found")
		})
	}
}

func (w *world) otherCorebillKeyID(t *testing.T) string {
	t.Helper()
	w.CorebillKey(t, w.Credentials.Corebill.CompanyID, corebill.Read)
	return w.CorebillKeys(t)[0].ID
}

func (w *world) otherBilliumKeyID(t *testing.T) string {
	t.Helper()
	w.BilliumKeyAs(t, billium.Viewer)
	return w.BilliumKeys(t)[0].ID
}

func (w *world) ownCorebillKeyID(t *testing.T) string {
	t.Helper()
	for _, key := range w.CorebillKeys(t) {
		if key.KeyPrefix == corebill.KeyPrefix(w.Credentials.Corebill.APIKey) {
			return key.ID
		}
	}
	t.Fatal("the provider's own key is not there")
	return ""
}

func (w *world) ownBilliumKeyID(t *testing.T) string {
	t.Helper()
	for _, key := range w.BilliumKeys(t) {
		if key.KeyPrefix == billium.KeyPrefix(w.Credentials.Billium.APIKey) {
			return key.ID
		}
	}
	t.Fatal("the provider's own key is not there")
	return ""
}

// revoked reports whether a key of either platform is revoked.
func (w *world) revoked(t *testing.T, id string) bool {
	t.Helper()
	for _, key := range w.CorebillKeys(t) {
		if key.ID == id {
			return key.RevokedAt != nil
		}
	}
	for _, key := range w.BilliumKeys(t) {
		if key.ID == id {
			return key.RevokedAt != nil
		}
	}
	t.Fatalf("there is no key %s", id)
	return false
}

func TestRevokeActionRevokesOneKeyNow(t *testing.T) {
	t.Parallel()
	for action, other := range map[string]func(*world, *testing.T) string{
		corebillRevoke: (*world).otherCorebillKeyID, billiumRevoke: (*world).otherBilliumKeyID,
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := other(w, t)
			p, set := w.protocol(t), values{"api_key_id": text(id)}

			wantNone(t, p.plan(t, action, values{"api_key_id": unknownText}))
			wantNone(t, p.plan(t, action, set))
			if w.revoked(t, id) {
				t.Error("the plan revoked the key")
			}
			progress, diags := p.invoke(t, action, set)
			wantNone(t, diags)
			if len(progress) != 1 || !strings.Contains(progress[0], id) {
				t.Errorf("the progress is %q", progress)
			}
			if !w.revoked(t, id) {
				t.Error("the key is still live")
			}
			_, diags = p.invoke(t, action, set)
			wantNone(t, diags) // revoked before is no error
		})
	}
}

// The provider's own key is safe, in a plan and in an apply whose plan didn't
// know the id yet.
func TestRevokeActionSparesTheProvidersKey(t *testing.T) {
	t.Parallel()
	for action, own := range map[string]func(*world, *testing.T) string{
		corebillRevoke: (*world).ownCorebillKeyID, billiumRevoke: (*world).ownBilliumKeyID,
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := own(w, t)
			p, set := w.protocol(t), values{"api_key_id": text(id)}
			wantOne(t, p.plan(t, action, set), tfprotov6.DiagnosticSeverityError, "the key that the provider uses", id)
			_, diags := p.invoke(t, action, set)
			wantOne(t, diags, tfprotov6.DiagnosticSeverityError, "the key that the provider uses", id)
			if w.revoked(t, id) {
				t.Error("the provider's key is revoked")
			}
		})
	}
}

func TestRevokeActionRefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, err := billium.NewToken(strings.NewReader(strings.Repeat("x", 1000)), billium.Secret)
	if err != nil {
		t.Fatal(err)
	}
	p := w.protocol(t)
	for action, unknown := range map[string]string{
		corebillRevoke: "key_000000000000", billiumRevoke: "key_" + strings.Repeat("0", 32),
	} {
		wantOne(t, p.plan(t, action, values{"api_key_id": text(unknown)}), tfprotov6.DiagnosticSeverityError, "Could not find", unknown)
		diags := p.plan(t, action, values{"api_key_id": text(token)})
		wantOne(t, diags, tfprotov6.DiagnosticSeverityError, "the id of a key starts with key_")
		if strings.Contains(diags[0].Summary+diags[0].Detail, token[:20]) {
			t.Error("the error repeats a token")
		}
	}
}

func TestActionsSayWhatIsNotConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.with("COREBILL_API_KEY", "", "BILLIUM_API_KEY", "").protocol(t)
	wantOne(t, p.plan(t, corebillPing, values{"webhook_id": text("wh_000000000000")}), tfprotov6.DiagnosticSeverityError, "COREBILL_API_KEY")
	wantOne(t, p.plan(t, billiumRevoke, values{"api_key_id": text("key_0")}), tfprotov6.DiagnosticSeverityError, "BILLIUM_API_KEY")
	nowhere := w.with("COREBILL_COMPANY_ID", "").protocol(t)
	wantOne(t, nowhere.plan(t, corebillRevoke, values{"api_key_id": text("key_000000000000")}), tfprotov6.DiagnosticSeverityError, "No Corebill company")
}

// Terraform itself invokes the actions, after the resource that they follow.
func TestTerraformInvokesActions(t *testing.T) {
	t.Parallel()
	w, e := newWorld(t), newEndpoint(t)
	leaked := map[string]string{corebillRevoke: w.otherCorebillKeyID(t), billiumRevoke: w.otherBilliumKeyID(t)}
	hooks := map[string]string{corebillPing: w.webhook(t, corebillPing, e.URL), billiumPing: w.webhook(t, billiumPing, e.URL)}
	config := func(trigger string) string {
		return `
			action "keyward_corebill_webhook_ping" "run" {
				config {
					webhook_id = "` + hooks[corebillPing] + `"
				}
			}
			action "keyward_billium_webhook_ping" "run" {
				config {
					webhook_id = "` + hooks[billiumPing] + `"
				}
			}
			action "keyward_corebill_api_key_revoke" "run" {
				config {
					api_key_id = "` + leaked[corebillRevoke] + `"
				}
			}
			action "keyward_billium_api_key_revoke" "run" {
				config {
					api_key_id = "` + leaked[billiumRevoke] + `"
				}
			}
			resource "terraform_data" "release" {
				input = "` + trigger + `"
				lifecycle {
					action_trigger {
						events = [after_create, after_update]
						actions = [
							action.keyward_corebill_webhook_ping.run, action.keyward_billium_webhook_ping.run,
							action.keyward_corebill_api_key_revoke.run, action.keyward_billium_api_key_revoke.run,
						]
					}
				}
			}`
	}
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: w.providers(),
		Steps: []resource.TestStep{
			{Config: config("first")},
			{
				PreConfig: func() {
					if n := e.pings.Load(); n != 2 {
						t.Errorf("%d pings, want 2", n)
					}
					for _, id := range leaked {
						if !w.revoked(t, id) {
							t.Errorf("%s is still live", id)
						}
					}
					e.status.Store(http.StatusGone)
				},
				Config:      config("second"),
				ExpectError: says("did not take the ping"),
			},
		},
	})
}
