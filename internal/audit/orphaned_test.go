package audit_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// A permission set whose creation was interrupted is to be deleted, not declared. One
// that is being created is no finding.
func TestOrphanedPermissionSet(t *testing.T) {
	w := newWorld(t)
	merchant := w.sandbox.Credentials.Billium.MerchantID
	pending := func(nonce string) (id string) {
		return w.sandbox.CallBillium(t, w.sandbox.Credentials.Billium.APIKey, http.MethodPost, "/permission-sets",
			map[string]any{"name": provisional.New(merchant, "shop", nonce), "permissions": []string{"invoice:view"}}).Want(t, http.StatusCreated).Text(t, "id")
	}
	w.daysAgo(1)
	orphaned := pending("OLD")
	w.daysAgo(0)
	pending("YOUNG")
	w.clean()
	w.daysAgo(0)
	found := w.audit().Findings
	if len(found) != 1 || found[0].Object.ID != orphaned || !strings.Contains(found[0].Title, "is orphaned") || !strings.Contains(found[0].Remedy.Text, "DELETE") {
		t.Errorf("found %+v", found)
	}
}
