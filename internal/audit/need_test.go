package audit_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/keyward/terraform-provider-keyward/api"
	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func operations(t *testing.T, document []byte, each func(method, path, permission string)) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			permission, ok := operation.Extensions["x-permission"].(string)
			if !ok {
				t.Fatalf("%s has no x-permission", operation.OperationID)
			}
			seen++
			each(method, path, permission)
		}
	}
	if seen < 20 {
		t.Fatalf("the contract has %d operations", seen)
	}
}

// TestBilliumNeedIsTheContracts asks for every operation of the contract.
func TestBilliumNeedIsTheContracts(t *testing.T) {
	ids := strings.NewReplacer(
		"{merchantId}", "mer_"+strings.Repeat("0", 32), "{apiKeyId}", "key_"+strings.Repeat("1", 32),
		"{invoiceId}", "inv_"+strings.Repeat("2", 32), "{permissionSetId}", "pset_"+strings.Repeat("3", 32),
		"{memberId}", "tm_"+strings.Repeat("4", 32), "{invitationId}", "invite_"+strings.Repeat("5", 32), "{webhookId}", "wh_"+strings.Repeat("6", 32),
	)
	operations(t, api.Billium, func(method, path, permission string) {
		if permission == "none" {
			permission = ""
		}
		for _, root := range []string{"/v1", "/api/v1"} {
			got, known := audit.BilliumNeed(method, root+ids.Replace(path))
			if !known || string(got) != permission {
				t.Errorf("%s %s needs %q, %v; the contract says %q", method, root+path, got, known, permission)
			}
		}
	})
}

func TestCorebillNeedIsTheContracts(t *testing.T) {
	operations(t, api.Corebill, func(method, path, permission string) {
		if got := corebill.LevelFor(method); string(got) != permission {
			t.Errorf("%s %s needs %s; the contract says %s", method, path, got, permission)
		}
	})
}

func TestBilliumNeed(t *testing.T) {
	root := "/v1/merchants/merchant/mer_" + strings.Repeat("0", 32)
	for _, test := range []struct {
		method, path string
		want         billium.Permission
		known        bool
	}{
		{"HEAD", root, "merchant:view", true},
		{"GET", root + "/products", "product:view", true},
		{"POST", root + "/products", "product:create", true},
		{"PATCH", root + "/customers/cus_1", "customer:edit", true},
		{"DELETE", root + "/wallets/wal_1", "wallet:delete", true},
		{"POST", root + "/customers", "customer:create", false}, // there is no such permission
		{"POST", root + "/products/prd_1/archive", "", false},
		{"GET", root + "/invoices/", "invoice:view", true},
		{"PUT", root + "/invoices", "", false},
		{"GET", root + "/nowhere", "", false},
		{"GET", "/v1/merchants", "", false},
		{"GET", "/", "", false},
	} {
		got, known := audit.BilliumNeed(test.method, test.path)
		if known != test.known || known && got != test.want {
			t.Errorf("%s %s needs %q, %v, want %q, %v", test.method, test.path, got, known, test.want, test.known)
		}
	}
}

func TestUse(t *testing.T) {
	at := noon
	row := func(platform inventory.Platform, method, path string, status int) inventory.Request {
		return inventory.Request{Platform: platform, Scope: new("s"), Method: method, Path: path, Status: status, IP: "192.0.2.1", CreatedAt: at}
	}
	merchant := "/v1/merchants/merchant/mer_1"
	for _, test := range []struct {
		name        string
		rows        []inventory.Request
		level       corebill.Level
		permissions string
		unknown     int
		requests    int
	}{
		{"a refused write needs nothing", []inventory.Request{
			row(inventory.Corebill, "GET", "/v1/customers", 200), row(inventory.Corebill, "POST", "/v1/customers", 403), row(inventory.Corebill, "DELETE", "/v1/customers/cus_1", 401),
		}, corebill.Read, "", 0, 1},
		{"a failed write had the permission", []inventory.Request{row(inventory.Corebill, "POST", "/v1/customers", 400)}, corebill.Write, "", 0, 1},
		{"the highest level counts", []inventory.Request{
			row(inventory.Corebill, "DELETE", "/v1/customers/cus_1", 404), row(inventory.Corebill, "GET", "/v1/customers", 200),
		}, corebill.Admin, "", 0, 2},
		{"permissions add up, in the table's order", []inventory.Request{
			row(inventory.Billium, "GET", merchant+"/webhooks", 200), row(inventory.Billium, "POST", merchant+"/invoices", 201), row(inventory.Billium, "GET", merchant+"/webhooks", 200),
		}, "", "invoice:create webhook:view", 0, 3},
		{"what no one knows is unknown", []inventory.Request{row(inventory.Billium, "POST", merchant+"/refunds", 201)}, "", "", 1, 1},
		{"what is not there needs nothing", []inventory.Request{row(inventory.Billium, "POST", merchant+"/refunds", 404)}, "", "", 0, 1},
		{"a limit says nothing", []inventory.Request{row(inventory.Billium, "GET", merchant+"/webhooks", 429)}, "", "", 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var use audit.Use
			for _, r := range test.rows {
				use.Add(r)
			}
			if got := strings.Join(billium.Names(use.Permissions), " "); got != test.permissions || use.Level != test.level ||
				len(use.Unknown) != test.unknown || use.Requests != test.requests {
				t.Errorf("%+v", use)
			}
		})
	}
}
