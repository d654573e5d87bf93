package audit_test

import (
	"maps"
	"net/http"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// companies declares the companies, as they are.
func (w *world) companies() {
	for _, id := range []string{w.first(), w.second()} {
		c := w.sandbox.CallCorebill(w.t, w.sandbox.Credentials.Corebill.APIKey, "GET", "/companies/"+id+"?company_id="+id, nil).Want(w.t, http.StatusOK).Object(w.t)
		w.declare("keyward_corebill_company", "c_"+id, c)
	}
}

// merchant declares the merchant.
func (w *world) merchant() {
	m := w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "GET", "", nil).Want(w.t, http.StatusOK).Object(w.t)
	w.merchantName, _ = m["name"].(string)
	w.declare("keyward_billium_merchant", "this", map[string]any{"id": m["id"], "name": m["name"]})
}

// billiumAuditor makes the key that the audit is made with, which has done all
// that it is for.
func (w *world) billiumAuditor() {
	k := w.billiumKey("Auditor", map[string]any{"permissions": []string{"merchant:view", "team:view", "api_key:view", "webhook:view", "webhook:edit"}})
	w.declareBilliumKey(k)
	for _, path := range []string{"", "/team/members", "/api-keys", "/webhooks"} {
		w.sandbox.CallBillium(w.t, k.token, "GET", path, nil).Want(w.t, http.StatusOK)
	}
	w.sandbox.CallBillium(w.t, k.token, "POST", "/webhooks/wh_00000000000000000000000000000000/ping", nil).Want(w.t, http.StatusNotFound)
	w.billium = k.token
}

func (w *world) billiumWebhook(url string) map[string]any {
	wh := created(w.t, w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "POST", "/webhooks",
		map[string]any{"url": url, "events": []string{"invoice.paid"}})).answer
	return w.declare("keyward_billium_webhook", "w"+text(wh["id"]), map[string]any{
		"id": wh["id"], "merchant_id": wh["merchantId"], "url": wh["url"], "events": wh["events"], "is_active": true,
		"retry_count": wh["retryCount"], "timeout": wh["timeout"],
	})
}

func (w *world) corebillWebhook(url string) map[string]any {
	wh := created(w.t, w.sandbox.CallCorebill(w.t, w.sandbox.Credentials.Corebill.APIKey, "POST", "/webhooks?company_id="+w.first(),
		map[string]any{"url": url, "events": []string{"invoice.paid"}})).answer
	return w.declare("keyward_corebill_webhook", "w"+text(wh["id"]), map[string]any{
		"id": wh["id"], "company_id": wh["company_id"], "url": wh["url"], "events": wh["events"], "enabled": true,
	})
}

// invite declares someone who is invited and, if accepted, joins.
func (w *world) invite(email, role string, accepted bool) {
	i := created(w.t, w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "POST", "/team/invitations",
		map[string]any{"email": email, "role": role})).answer
	values := map[string]any{"id": i["id"], "invitation_id": i["id"], "merchant_id": i["merchantId"], "email": email, "role": role}
	if accepted {
		id := w.sandbox.AcceptInvitation(w.t, email)
		maps.Copy(values, map[string]any{"id": id, "member_id": id, "invitation_id": nil})
	}
	w.declare("keyward_billium_team_member", "m"+text(i["id"]), values)
}

func (w *world) secure() {
	w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "PATCH", "/team/security",
		map[string]any{"enforceTfa": true, "enforceEmailVerified": true}).Want(w.t, http.StatusOK)
}

// retire revokes the keys that the sandbox began with: no account should go on
// with them.
func (w *world) retire() {
	for _, k := range w.sandbox.CorebillKeys(w.t) {
		if k.CompanyID == nil && k.PermissionLevel == corebill.Admin {
			w.sandbox.RevokeKey(w.t, k.ID)
		}
	}
	for _, k := range w.sandbox.BilliumKeys(w.t) {
		if k.CreatedBy == "dashboard" || k.MemberID == w.sandbox.OwnerID && k.Permissions == nil && k.PermissionSetID == nil {
			w.sandbox.RevokeKey(w.t, k.ID)
		}
	}
}

// clean makes an account in which all is as it should be.
func (w *world) clean() {
	w.daysAgo(20)
	w.companies()
	w.merchant()
	w.secure()
	w.billiumAuditor()
	w.billiumWebhook("https://ok.example.com/hook")
	w.corebillWebhook("https://ok.example.com/hook")
	w.invite("ann@example.com", "ADMIN", true)
	set := created(w.t, w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "POST", "/permission-sets",
		map[string]any{"name": "Readers", "permissions": []string{"invoice:view"}})).answer
	w.declare("keyward_billium_permission_set", "readers", map[string]any{
		"id": set["id"], "merchant_id": set["merchantId"], "name": set["name"], "permissions": []string{"invoice:view"},
		"effective_permissions": []string{"invoice:view"},
	})
	reader := w.billiumKey("Reader", map[string]any{"permissionSetId": set["id"]})
	w.declareBilliumKey(reader, "permission_set_id", set["id"], "permissions", nil)
	w.sandbox.CallBillium(w.t, reader.token, "GET", "/invoices", nil).Want(w.t, http.StatusOK)
	public := w.billiumKey("Shop", map[string]any{"type": "PUBLIC"})
	w.declareBilliumKey(public)
	w.sandbox.CallBillium(w.t, public.token, "POST", "/invoices", map[string]any{"amount": "1", "currency": "EUR"}).Want(w.t, http.StatusCreated)

	auditor := w.corebillKey(w.first(), "Auditor", "write")
	w.declareCorebillKey(auditor)
	w.sandbox.CallCorebill(w.t, auditor.token, "POST", "/customers?company_id="+w.first(), map[string]any{"name": "A"}).Want(w.t, http.StatusCreated)
	w.corebill = auditor.token
	w.rotated(7, "CI")
	w.retire()
}

// rotated makes a key that was rotated, whose previous key is due in so many
// days.
func (w *world) rotated(dueIn int, name string) {
	previous, current := w.corebillKey(w.first(), name, "read"), w.corebillKey(w.first(), name, "read")
	w.get(previous, w.first())
	w.get(current, w.first())
	w.declareCorebillKey(current, "previous", map[string]any{
		"id": previous.answer["id"], "company_id": previous.answer["company_id"], "revoke_due": w.now.AddDate(0, 0, dueIn),
	}, "rotate_due", w.now.AddDate(0, 0, 10))
}

// everything makes an account that has each kind of finding once.
func (w *world) everything() {
	old := w.corebillKey(w.first(), "Old", "read")
	w.declareCorebillKey(old)
	w.daysAgo(120)
	asleep := w.corebillKey(w.first(), "Asleep", "read")
	w.declareCorebillKey(asleep)
	w.get(asleep, w.first())
	w.daysAgo(20)
	w.companies()
	w.merchant()
	w.get(old, w.first())
	w.declareCorebillKey(w.corebillKey(w.second(), "Idle", "read"))
	w.oddKeys()
	w.rotated(-1, "Rotated")
	w.oddTeam()
	w.billiumAuditor()
	w.oddWebhooks()
	w.retire()
}

// Keys that their names mark.
var (
	pendingName = provisional.New("com_1", "CI", "A")
	expiredName = provisional.Ephemeral{Name: "CI", Until: noon.AddDate(0, 0, -10)}.String()
)

func (w *world) oddKeys() {
	w.corebillKey(w.first(), pendingName, "admin")
	w.billiumKey(expiredName, map[string]any{"permissions": []string{"invoice:view"}})
	auditor := w.corebillKey("", "Auditor", "write")
	customer := created(w.t, w.sandbox.CallCorebill(w.t, auditor.token, "POST", "/customers?company_id="+w.first(), map[string]any{"name": "A"}))
	w.get(auditor, w.second())
	w.declareCorebillKey(auditor)
	w.corebill = auditor.token

	w.get(w.corebillKey(w.first(), "Forgotten", "read"), w.first())
	ghost := w.corebillKey(w.second(), "Ghost", "read")
	w.declareCorebillKey(ghost)
	w.sandbox.RevokeKey(w.t, ghost.id())
	sync := w.corebillKey(w.first(), "Sync", "write")
	w.declareCorebillKey(sync)
	w.get(sync, w.first())
	nightly := w.corebillKey(w.first(), "Nightly", "read")
	w.declareCorebillKey(nightly, "rotate_due", w.now.AddDate(0, 0, -3))
	w.get(nightly, w.first())
	open := w.corebillKey(w.first(), "Open", "read")
	w.declareCorebillKey(open, "token", "a token")
	w.get(open, w.first())
	janitor := w.corebillKey(w.first(), "Janitor", "admin")
	w.declareCorebillKey(janitor)
	w.sandbox.CallCorebill(w.t, janitor.token, "DELETE", "/customers/"+customer.id()+"?company_id="+w.first(), nil).Want(w.t, http.StatusOK)
	for range 2 {
		twin := w.corebillKey(w.second(), "Twin", "read")
		w.declareCorebillKey(twin)
		w.get(twin, w.second())
	}
	public := w.billiumKey("Shop", map[string]any{"type": "PUBLIC"})
	w.declareBilliumKey(public)
	w.sandbox.CallBillium(w.t, public.token, "GET", "/team/members", nil).Want(w.t, http.StatusForbidden)
	w.sandbox.CallBillium(w.t, public.token, "POST", "/invoices", map[string]any{"amount": "1", "currency": "EUR"}).Want(w.t, http.StatusCreated)
}

func (w *world) oddTeam() {
	w.invite("ann@example.com", "ADMIN", true)
	w.invite("bob@example.com", "ADMIN", true)
	w.invite("eve@elsewhere.test", "VIEWER", true)
	w.invite("late@example.com", "VIEWER", false)
}

func (w *world) oddWebhooks() {
	off := w.billiumWebhook("https://ok.example.com/off")
	w.sandbox.DisableWebhook(w.t, text(off["id"]))
	off["is_active"] = false
	w.billiumWebhook("https://down.example.com/hook")
	w.billiumWebhook("http://ok.example.com/plain")
	drift := w.billiumWebhook("https://ok.example.com/drift")
	drift["events"] = []string{"invoice.paid", "invoice.expired"}
}
