package report_test

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const (
	company  = "com_a1b2c3d4e5f6"
	merchant = "mer_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
)

func daysAgo(n int) time.Time { return noon.Add(-time.Duration(n) * audit.Day) }

func at(t time.Time) *time.Time { return &t }

func corebillKey(id, name, scope string, level corebill.Level, age int, lastUsed *time.Time) *audit.Key {
	key := &audit.Key{WholeUse: true, Key: inventory.Key{
		Platform: inventory.Corebill, Account: "corebill", ID: "key_" + id, Name: name, KeyPrefix: "sk_live_" + id[:2], Status: inventory.Live,
		Level: level, CreatedBy: "dashboard", CreatedAt: daysAgo(age), LastUsedAt: lastUsed,
	}}
	if scope != "" {
		key.Scope = &scope
	}
	return key
}

func billiumKey(id, name string, form billium.KeyType, age int, lastUsed *time.Time, ps ...billium.Permission) *audit.Key {
	return &audit.Key{WholeUse: true, Key: inventory.Key{
		Platform: inventory.Billium, Account: "billium", ID: "key_" + id + "2c3d4e5f60718293a4b5c6d7e8f9", Name: name, Scope: new(merchant),
		KeyPrefix: form.TokenPrefix() + id + "XXXXXXXXX", Status: inventory.Live, Type: form, Permissions: billium.Sort(ps),
		CreatedBy: "tm_0a1b2c3d4e5f60718293a4b5c6d7e8f9", CreatedAt: daysAgo(age), LastUsedAt: lastUsed,
	}}
}

func used(k *audit.Key, rows ...inventory.Request) *audit.Key {
	k.Use = &audit.Use{}
	for _, r := range rows {
		r.Platform, r.Scope, r.IP, r.UserAgent = k.Platform, k.Scope, "192.0.2.7", "billing-job/2.1"
		if r.Scope == nil {
			r.Scope = new(company)
		}
		k.Use.Add(r)
	}
	return k
}

func row(method, path string, status, day int) inventory.Request {
	return inventory.Request{Method: method, Path: path, Status: status, CreatedAt: daysAgo(day)}
}

func declared(k *audit.Key, address string, fields map[string]string) *audit.Declared {
	return &audit.Declared{Object: k.Ref(), File: "states/prod.json", Address: address, Fields: fields, Key: &tfstate.Attributes{}}
}

// findable is an inventory with much to find, and names that try to be markup.
func findable() *audit.Inventory {
	below := "/v1/merchants/merchant/" + merchant
	terraform := corebillKey("t1a2b3c4d5e6", "Terraform", "", corebill.Admin, 420, at(daysAgo(1)))
	reporting := used(corebillKey("r1a2b3c4d5e6", "Reporting", company, corebill.Write, 200, at(daysAgo(0))),
		row("GET", "/v1/customers", 200, 3), row("GET", "/v1/customers", 200, 2), row("GET", "/v1/companies/"+company, 200, 1))
	nightly := used(corebillKey("n1a2b3c4d5e6", "Nightly export", company, corebill.Read, 95, at(daysAgo(1))), row("GET", "/v1/customers", 200, 1))
	forgotten := corebillKey("f1a2b3c4d5e6", `<script>alert("x")</script> | test`, company, corebill.Read, 310, at(daysAgo(140)))
	idle := corebillKey("i1a2b3c4d5e6", "Trial for the new integration that never came", company, corebill.Read, 60, nil)
	checkout := used(billiumKey("c01b", "Checkout", billium.Secret, 150, at(daysAgo(0)),
		"invoice:view", "invoice:create", "invoice:edit", "customer:view", "customer:edit"),
		row("POST", below+"/invoices", 201, 2), row("GET", below+"/invoices", 200, 1), row("GET", below+"/customers", 200, 1))
	shop := used(billiumKey("b02b", "Shop front", billium.Public, 80, at(daysAgo(0)), billium.PublicPermissions()...),
		row("POST", below+"/invoices", 201, 1), row("GET", below+"/team/members", 403, 1))
	in := &audit.Inventory{
		Live: []inventory.Item{
			&inventory.Company{Object: inventory.Object{Platform: inventory.Corebill, Kind: inventory.KindCompany, ID: company, Name: "My Agency", Scope: company}},
			terraform, reporting, nightly, forgotten, idle, checkout, shop,
		},
		DeclaredRead: true,
		Revoked:      map[string]time.Time{"key_g1a2b3c4d5e6": daysAgo(4)},
	}
	team(in)
	in.Cover(inventory.Corebill, company, inventory.KindKey)
	gone := corebillKey("g1a2b3c4d5e6", "Gateway", company, corebill.Read, 30, nil)
	in.Declared = append([]*audit.Declared{
		declared(terraform, "keyward_corebill_api_key.terraform", nil),
		declared(reporting, "module.jobs.keyward_corebill_api_key.reporting", map[string]string{"name": "Reporting", "permission_level": "write", "enabled": "true"}),
		declared(nightly, `keyward_corebill_api_key.job["nightly"]`, map[string]string{"name": "Nightly"}),
		declared(idle, "keyward_corebill_api_key.trial", nil), declared(gone, "keyward_corebill_api_key.gateway", nil),
		declared(checkout, "keyward_billium_api_key.checkout", map[string]string{"permissions": "invoice:view, invoice:create, customer:view"}),
		declared(shop, "keyward_billium_api_key.shop", nil),
	}, in.Declared...)
	in.Declared[1].Key.HasToken = true
	in.Declared[2].Key.RotateDue = at(daysAgo(5))
	return in
}

func team(in *audit.Inventory) {
	object := func(kind inventory.Kind, id, name string) inventory.Object {
		return inventory.Object{Platform: inventory.Billium, Kind: kind, ID: id, Name: name, Scope: merchant}
	}
	in.Live = append(in.Live, &inventory.Merchant{Object: object(inventory.KindMerchant, merchant, "My Shop"), Factors: map[string]bool{"tfa": true}})
	owner := &inventory.Member{Object: object(inventory.KindMember, "tm_00000000000000000000000000000001", "olga@example.com"), Role: billium.Owner, Permissions: billium.Permissions(), JoinedAt: daysAgo(500)}
	viewer := &inventory.Member{Object: object(inventory.KindMember, "tm_00000000000000000000000000000002", "vic@example.com"), Role: billium.Viewer, Permissions: billium.Viewer.Permissions(), JoinedAt: daysAgo(90)}
	webhook := &inventory.Webhook{
		Object: object(inventory.KindWebhook, "wh_00000000000000000000000000000001", "http://hooks.example.com/billium"),
		URL:    "http://hooks.example.com/billium", Events: []string{"invoice.paid"}, Enabled: true,
	}
	in.Live = append(in.Live, owner, viewer, webhook)
	in.Declared = append(in.Declared, &audit.Declared{Object: viewer.Object, File: "states/prod.json", Address: "keyward_billium_team_member.vic"})
}

// full is a report with findings, one of them accepted, and a gap.
func full() *audit.Report {
	r := base(findable())
	until := noon.AddDate(0, 1, 0)
	baseline := &audit.Baseline{Version: 1, Accepted: []audit.Accepting{
		{ID: "admin-key/key_t1a2b3c4d5e6", Reason: "Terraform itself needs it", Until: &until},
	}}
	baseline.Accept(r.Findings, noon)
	r.Made.Gaps = []audit.Gap{{Source: "billium", Part: "invitations of " + merchant, Error: "403 Forbidden: Missing permission: team:view"}}
	return r
}

// empty is a report of an account in which all is as it should be.
func empty() *audit.Report {
	return base(&audit.Inventory{DeclaredRead: true})
}

func base(in *audit.Inventory) *audit.Report {
	policy := audit.DefaultPolicy()
	since := noon.Add(-policy.Within)
	r := &audit.Report{Findings: audit.Find(in, policy, noon), Inventory: in, Policy: policy}
	r.Made = audit.Made{
		Version: "1.2.3", Began: noon, Finished: noon.Add(4 * time.Second), States: []string{"states/prod.json"}, Plans: []string{},
		Requests: 14, Rows: 120, LogsSince: &since, Gaps: []audit.Gap{},
		Sources: []audit.Source{
			{Platform: inventory.Corebill, Name: "corebill", BaseURL: "https://api.corebill.io", Scopes: objects[*inventory.Company](in)},
			{Platform: inventory.Billium, Name: "billium", BaseURL: "https://api.billium.to", Scopes: objects[*inventory.Merchant](in)},
		},
	}
	return r
}

func objects[T inventory.Item](in *audit.Inventory) []inventory.Object {
	out := []inventory.Object{}
	for item := range audit.Live[T](in) {
		out = append(out, item.Ref())
	}
	return out
}
