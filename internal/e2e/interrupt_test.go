package e2e_test

import (
	"bytes"
	"context"
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

// Whoever interrupts an apply, once and politely, loses no key: a creation that
// is under way is seen through, and its token is in the state.
func TestInterruptedApplyLosesNoKey(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := newWorkspace(t, s)
	w.configure(t, `
resource "keyward_corebill_api_key" "shop" {
  name             = "shop"
  permission_level = "read"
}

output "token" {
  value     = keyward_corebill_api_key.shop.token
  sensitive = true
}
`)
	apply := exec.CommandContext(t.Context(), w.terraform, "apply", "-auto-approve", "-input=false")
	started := make(chan *os.Process, 1)
	front := httptest.NewServer(interrupting(t, s, started))
	t.Cleanup(front.Close)
	var out bytes.Buffer
	apply.Stdout, apply.Stderr = &out, &out
	apply.Dir = w.dir
	apply.Env = append(w.environment, "COREBILL_BASE_URL="+front.URL)
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	started <- apply.Process
	if err := apply.Wait(); !strings.Contains(out.String(), "Interrupt received") {
		t.Fatalf("the apply was not interrupted: %v\n%s", err, out.String())
	}

	wantText(t, w.run(t, nil, "plan", "-input=false", "-refresh-only"), "keyward_corebill_api_key.shop: Refreshing state")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	if token := strings.TrimSpace(w.run(t, nil, "output", "-raw", "token")); !strings.HasPrefix(token, "sk_live_") {
		t.Error("the token is not in the state")
	}
	if live := s.corebillKeys(t, "shop"); live != 1 {
		t.Errorf("%d keys are live, want 1", live)
	}
}

// interrupting is in front of the sandbox's Corebill: it interrupts the process
// while the first creation of a key is under way.
func interrupting(t *testing.T, s *sandbox, started <-chan *os.Process) http.Handler {
	t.Helper()
	target, err := url.Parse(s.Corebill.BaseURL)
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

// corebillKeys counts the live keys of a name.
func (s *sandbox) corebillKeys(t *testing.T, name string) (n int) {
	t.Helper()
	for _, key := range s.listCorebillKeys(t, "") {
		if key == name {
			n++
		}
	}
	return n
}
