package audit_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// The key that the audit is made with is told from its twin; where it can't be,
// neither gets advice to revoke it.
func TestOwnKeyAndItsTwin(t *testing.T) {
	w := newWorld(t)
	own := w.sandbox.CorebillKeys(t)[0]
	w.corebill, w.billium = w.sandbox.Credentials.Corebill.APIKey, w.sandbox.Credentials.Billium.APIKey
	w.sandbox.StartTokens(own.KeyPrefix[8:])
	w.sandbox.CorebillKey(t, "", corebill.Read)
	keys := w.sandbox.CorebillKeys(t) // the clock stands still, so that neither is newer
	twin := keys[slices.IndexFunc(keys, func(k sandboxtest.CorebillKey) bool { return k.ID != own.ID })]
	advice := func() (own map[string]bool, revoke string) {
		r := w.audit()
		own = map[string]bool{}
		for k := range audit.Live[*audit.Key](r.Inventory) {
			if k.Platform == inventory.Corebill && k.Owned == inventory.Own {
				own[k.ID] = true
			}
		}
		for _, f := range r.Findings {
			if f.Rule == "undeclared" {
				revoke += f.Remedy.Text + "\n"
			}
		}
		return own, revoke
	}
	is, revoke := advice()
	if len(is) != 1 || !is[own.ID] || strings.Contains(revoke, "revoke "+own.ID) || !strings.Contains(revoke, "revoke "+twin.ID) {
		t.Errorf("its own is %v, not %s (twin %s):\n%s", is, own.ID, twin.ID, revoke)
	}
	w.sandbox.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/corebill/v1/api_logs" {
				r.URL.RawQuery += "&status=599"
			}
			next.ServeHTTP(rw, r)
		})
	})
	is, revoke = advice()
	if len(is) != 0 || strings.Contains(revoke, "revoke "+own.ID) || strings.Contains(revoke, "revoke "+twin.ID) {
		t.Errorf("without a log its own is %v:\n%s", is, revoke)
	}
}
