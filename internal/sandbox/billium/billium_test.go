package billium_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// both runs a test on a fresh sandbox of each database.
func both(t *testing.T, test func(t *testing.T, s *sandboxtest.Sandbox)) {
	t.Helper()
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		test(t, sandboxtest.Start(t, sandboxtest.WithDatabase(database)))
	})
}

type fields = map[string]any

func wantError(t *testing.T, answer sandboxtest.Answer, status int, message any) {
	t.Helper()
	answer.Want(t, status)
	got := answer.Object(t)
	if fmt.Sprint(got["message"]) != fmt.Sprint(message) || got["statusCode"] != float64(status) || got["error"] != http.StatusText(status) {
		t.Errorf("got %s, want the message %q", answer.Body, message)
	}
}

func TestMerchant(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner := s.Credentials.Billium.APIKey
		s.CallBillium(t, owner, "PATCH", "", fields{"name": "New"}).Want(t, 200)
		if got := s.CallBillium(t, owner, "GET", "", nil).Want(t, 200); got.Text(t, "name") != "New" || got.Text(t, "id") != s.Credentials.Billium.MerchantID {
			t.Errorf("the merchant is %s", got.Body)
		}
		own := s.Credentials.Billium.MerchantID
		s.Credentials.Billium.MerchantID = "mer_" + strings.Repeat("0", 32)
		wantError(t, s.CallBillium(t, owner, "GET", "/invoices", nil), 403, "API key does not belong to this merchant")
		wantError(t, s.CallBillium(t, owner, "GET", "/api-keys/current", nil), 403, "API key does not belong to this merchant")
		s.Credentials.Billium.MerchantID = own
	})
}

func TestBothDeployments(t *testing.T) {
	s := sandboxtest.Start(t)
	for _, base := range []string{"/v1", "/api/v1"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Credentials.Billium.BaseURL+base+"/merchants/merchant/"+s.Credentials.Billium.MerchantID, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("x-api-key", s.Credentials.Billium.APIKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %v", base, response.StatusCode, err)
		}
	}
}

func TestInvoices(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner, public := s.Credentials.Billium.APIKey, s.BilliumPublicKey(t)
		var ids []string
		for i := range 5 {
			answer := s.CallBillium(t, public, "POST", "/invoices", fields{"amount": fmt.Sprintf("1%d.50", i), "currency": "USDT", "description": "a"}).Want(t, 201)
			ids = slices.Insert(ids, 0, answer.Text(t, "id"))
		}
		s.CallBillium(t, public, "GET", "/invoices/"+ids[0], nil).Want(t, 200)
		page := s.CallBillium(t, owner, "GET", "/invoices?page=2&limit=2", nil).Want(t, 200)
		data := page.Data(t)
		if len(data) != 2 || data[0]["id"] != ids[2] || data[1]["id"] != ids[3] {
			t.Errorf("page 2 is %s", page.Body)
		}
		if got := fmt.Sprint(page.Object(t)["pagination"]); got != "map[lastPage:3 limit:2 page:2 total:5]" {
			t.Errorf("pagination is %s", got)
		}
		if got := s.CallBillium(t, owner, "GET", "/invoices?page=9", nil).Want(t, 200).Data(t); len(got) != 0 {
			t.Errorf("a page after the last: %v", got)
		}
		cancel := "/invoices/" + ids[0] + "/cancel"
		cancelled := s.CallBillium(t, owner, "POST", cancel, nil).Want(t, 200)
		if cancelled.Text(t, "status") != "CANCELLED" || cancelled.Text(t, "cancelledAt") == "" {
			t.Errorf("cancelled: %s", cancelled.Body)
		}
		wantError(t, s.CallBillium(t, owner, "POST", cancel, nil), 409, "Invoice is already cancelled")
	})
}

func TestLogs(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		owner, public := s.Credentials.Billium.APIKey, s.BilliumPublicKey(t)
		id := keyID(t, s, public)
		s.CallBillium(t, public, "GET", "/invoices?page=1", nil, "User-Agent", "probe").Want(t, 403)
		s.CallBillium(t, "", "GET", "/invoices", nil).Want(t, 401)
		of := s.CallBillium(t, owner, "GET", "/api-logs?apiKeyId="+id, nil).Want(t, 200).Data(t)
		if len(of) != 2 || of[0]["status"] != 403.0 || of[0]["userAgent"] != "probe" || of[0]["path"] != "/v1/merchants/merchant/"+s.Credentials.Billium.MerchantID+"/invoices" {
			t.Errorf("the key's rows are %v", of)
		}
		refused := s.CallBillium(t, owner, "GET", "/api-logs?status=401", nil).Data(t)
		if len(refused) != 1 || refused[0]["apiKeyId"] != nil || refused[0]["merchantId"] != nil {
			t.Errorf("the rows of unknown keys are %v", refused)
		}
	})
}
