package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// An apply that is interrupted, once and politely, loses no secret that is shown
// once, and no object: a creation that is under way is seen through, and what it
// brought is in the state.
func TestInterruptedApplyLosesNoSecret(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	corebill, company := s.Corebill.BaseURL+"/v1", "?company_id="+s.Corebill.CompanyID
	billium := s.Billium.BaseURL + "/v1/merchants/merchant/" + s.Billium.MerchantID
	for _, c := range []struct {
		kind, attributes string
		// attribute is the one with the secret, which starts with prefix.
		attribute, prefix string
		// list is where the objects are, and mark what the one in question has.
		list, mark string
	}{
		{"corebill_api_key", `name = "shop"
			permission_level = "read"`, "token", "sk_live_", corebill + "/api_keys" + company, `"name":"shop"`},
		{"billium_api_key", `name = "shop"
			permissions = ["invoice:view"]`, "token", "sk_", billium + "/api-keys", `"name":"shop"`},
		{"corebill_webhook", `url = "https://example.com/shop"
			events = ["invoice.paid"]`, "secret", "whsec_", corebill + "/webhooks" + company, `"url":"https://example.com/shop"`},
		{"billium_webhook", `url = "https://example.com/shop"
			events = ["invoice.paid"]`, "secret", "whsec_", billium + "/webhooks", `"url":"https://example.com/shop"`},
		// These have no secret. A set gets its name in a second request.
		{"billium_permission_set", `name = "shop"
			permissions = ["invoice:view"]`, "id", "pset_", billium + "/permission-sets", `"name":"shop"`},
		{"billium_team_member", `email = "shop@example.com"
			role = "VIEWER"`, "id", "invite_", billium + "/team/invitations", `"email":"shop@example.com"`},
		{"corebill_company", `name = "shop"
			deletion_protection = false`, "id", "com_", corebill + "/companies?limit=100", `"slug":"shop"`},
	} {
		t.Run(c.kind, func(t *testing.T) {
			w := newWorkspace(t, s)
			address := "keyward_" + c.kind + ".shop"
			w.configure(t, "resource \"keyward_"+c.kind+"\" \"shop\" {\n"+c.attributes+"\n}\n"+
				"output \"secret\" {\n  value = "+address+"."+c.attribute+"\n  sensitive = true\n}\n")
			w.interruptedApply(t, s)

			wantText(t, w.run(t, nil, "plan", "-input=false", "-refresh-only"), address+": Refreshing state")
			w.run(t, nil, "apply", "-auto-approve", "-input=false")
			if secret := strings.TrimSpace(w.run(t, nil, "output", "-raw", "secret")); !strings.HasPrefix(secret, c.prefix) {
				t.Errorf("the %s is not in the state", c.attribute)
			}
			var list json.RawMessage
			s.call(t, http.MethodGet, c.list, "", http.StatusOK, &list)
			if live := strings.Count(string(list), c.mark); live != 1 {
				t.Errorf("there are %d of it, want 1", live)
			}
		})
	}
}

// Nor does an interrupted rotation lose the secret that it brings: the one in
// the state is the one that signs.
func TestInterruptedRotationLosesNoSecret(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	for kind, list := range map[string]string{
		"corebill_webhook": s.Corebill.BaseURL + "/v1/webhooks?company_id=" + s.Corebill.CompanyID,
		"billium_webhook":  s.Billium.BaseURL + "/v1/merchants/merchant/" + s.Billium.MerchantID + "/webhooks",
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorkspace(t, s)
			configure := func(generation string) {
				w.configure(t, "resource \"keyward_"+kind+"\" \"shop\" {\n"+`
					url    = "https://example.com/shop"
					events = ["invoice.paid"]
					rotate_secret_when_changed = { generation = "`+generation+`" }
				}
				output "secret" {
					value     = keyward_`+kind+`.shop.secret
					sensitive = true
				}`)
			}
			configure("1")
			w.run(t, nil, "apply", "-auto-approve", "-input=false")
			before := w.run(t, nil, "output", "-raw", "secret")
			configure("2")
			w.interruptedApply(t, s)

			if again := w.run(t, nil, "apply", "-auto-approve", "-input=false"); strings.Contains(again, "updated in-place") {
				t.Errorf("the rotation was made a second time:\n%s", again)
			}
			after := strings.TrimSpace(w.run(t, nil, "output", "-raw", "secret"))
			if after == strings.TrimSpace(before) || !strings.HasPrefix(after, "whsec_") {
				t.Fatal("the new secret is not in the state")
			}
			var webhooks json.RawMessage
			s.call(t, http.MethodGet, list, "", http.StatusOK, &webhooks)
			if !strings.Contains(string(webhooks), `"`+after[:previewLength]+`"`) {
				t.Error("the secret in the state is not the one that signs")
			}
		})
	}
}

// previewLength is how much of a secret the platforms show again, in characters.
const previewLength = 10

// interruptedApply runs an apply that is interrupted while its first creation or
// rotation is under way.
func (w *workspace) interruptedApply(t *testing.T, s *sandbox) {
	t.Helper()
	apply := exec.CommandContext(t.Context(), w.terraform, "apply", "-auto-approve", "-input=false")
	started := make(chan *os.Process, 1)
	front := httptest.NewServer(interrupting(t, s, started))
	defer front.Close()
	var out bytes.Buffer
	apply.Stdout, apply.Stderr = &out, &out
	apply.Dir = w.dir
	apply.Env = append(w.environment, "COREBILL_BASE_URL="+front.URL+"/corebill", "BILLIUM_BASE_URL="+front.URL+"/billium")
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	started <- apply.Process
	if err := apply.Wait(); !strings.Contains(out.String(), "Interrupt received") {
		t.Fatalf("the apply was not interrupted: %v\n%s", err, out.String())
	}
}

// interrupting is in front of the sandbox: it interrupts the process while its
// first POST is under way.
func interrupting(t *testing.T, s *sandbox, started <-chan *os.Process) http.Handler {
	t.Helper()
	target, err := url.Parse(strings.TrimSuffix(s.Corebill.BaseURL, "/corebill"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	interrupt := sync.OnceFunc(func() {
		if err := (<-started).Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			interrupt()
			select { // until the provider has been told to stop, and maybe gave up
			case <-r.Context().Done():
			case <-time.After(time.Second):
			}
		}
		proxy.ServeHTTP(rw, r.WithContext(context.WithoutCancel(r.Context()))) // the platform knows nothing of it
	})
}
