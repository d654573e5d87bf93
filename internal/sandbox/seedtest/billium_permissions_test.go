package seedtest

import (
	"net/http"
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func billiumCatalogue(t *testing.T, w *world) {
	got := w.current(t, w.secretKey(t).token).texts(t, "effectivePermissions")
	if !slices.Equal(got, allPermissions) {
		t.Errorf("the OWNER's permissions are %v, want those of the page in its order: %v", got, allPermissions)
	}
	domains := map[string]bool{}
	for _, p := range got {
		domains[domainOf(p)] = true
	}
	if len(got) != 34 || len(domains) != 10 {
		t.Errorf("%d permissions in %d domains, want 34 in 10", len(got), len(domains))
	}
	w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissions": allPermissions[:1]}).want(t, http.StatusCreated)
	for _, unknown := range []string{"invoice:refund", "invoice:*", "*", "payment:view", "Invoice:view", "invoice"} {
		w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissions": []string{unknown}}).billiumRejects(t, "permissions")
	}
}

func billiumEachGates(t *testing.T, w *world) {
	type pair struct{ only, allBut key }
	keys := map[string]pair{}
	for _, o := range billiumOperations {
		p := o.permission
		if p == "" {
			continue
		}
		if _, made := keys[p]; !made {
			keys[p] = pair{w.secretKey(t, p), w.secretKey(t, without(allPermissions, p)...)}
		}
		w.billium(t, keys[p].allBut.token, o.line, nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: "+p)
		a := w.billium(t, keys[p].only.token, o.line, nil)
		if a.status != http.StatusOK && a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
			t.Errorf("%s with %s alone: got %d (%s)", o.line, p, a.status, a)
		}
	}
	// A user's permissions gate in the same way, through the role.
	viewer := w.keyAs(t, billium.Viewer)
	w.billium(t, viewer.token, "GET /invoices", nil).want(t, http.StatusOK)
	w.billium(t, viewer.token, "POST /invoices", someInvoice()).billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:create")
}

// billiumDomain holds one line of the page's table: the domain has these
// actions, each can be granted alone and no other one exists.
func billiumDomain(domain string, actions ...string) check {
	return func(t *testing.T, w *world) {
		var want []string
		for _, action := range actions {
			want = append(want, domain+":"+action)
		}
		all := w.current(t, w.billiumToken).texts(t, "effectivePermissions")
		got := slices.DeleteFunc(all, func(p string) bool { return domainOf(p) != domain })
		expectSet(t, domain, got, want)

		k := w.secretKey(t, want...)
		expectSet(t, "granted", w.current(t, k.token).texts(t, "effectivePermissions"), want)
		alone := w.secretKey(t, want[len(want)-1])
		expectSet(t, "granted alone", w.current(t, alone.token).texts(t, "effectivePermissions"), want[len(want)-1:])

		for _, action := range []string{"view", "create", "edit", "delete", "export", "*", ""} {
			if slices.Contains(actions, action) {
				continue
			}
			body := object{"name": "n", "permissions": []string{domain + ":" + action}}
			w.billium(t, w.billiumToken, "POST /api-keys", body).billiumRejects(t, "permissions")
		}
	}
}

func billiumNarrow(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:create")
	invoice := w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated).object(t).text(t, "id")
	for _, o := range billiumOperations {
		if o.permission == "" || o.permission == "invoice:create" {
			continue
		}
		w.billium(t, k.token, o.line, nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: "+o.permission)
	}
	w.billium(t, k.token, "GET /invoices/"+invoice, nil).billiumRefuses(t, http.StatusForbidden, "Missing permission: invoice:view")
	expectSet(t, "narrowed", w.current(t, k.token).texts(t, "effectivePermissions"), []string{"invoice:create"})
}

func billiumPublicCap(t *testing.T, w *world) {
	k := w.publicKey(t)
	for _, permissions := range [][]string{
		append(slices.Clone(publicPermissions), "invoice:edit"),
		append(slices.Clone(publicPermissions), "product:create"),
		allPermissions,
		publicPermissions[:2],
		{"invoice:edit"},
	} {
		w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "type": "PUBLIC", "permissions": permissions}).
			billiumRejects(t, "permissions")
		w.billium(t, w.billiumToken, "PATCH /api-keys/"+k.id, object{"permissions": permissions}).billiumRejects(t, "permissions")
	}
	expectSet(t, "public key", w.current(t, k.token).texts(t, "effectivePermissions"), publicPermissions)
	// What a checkout in a browser does.
	invoice := w.billium(t, k.token, "POST /invoices", someInvoice()).want(t, http.StatusCreated).object(t).text(t, "id")
	w.billium(t, k.token, "GET /invoices/"+invoice, nil).want(t, http.StatusOK)
}

func billiumSecretMaximum(t *testing.T, w *world) {
	all := w.secretKey(t, allPermissions...)
	expectSet(t, "all granted", w.current(t, all.token).texts(t, "effectivePermissions"), allPermissions)
	tooMany := append(slices.Clone(allPermissions), "invoice:view")
	w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissions": tooMany}).billiumRejects(t, "permissions")
	w.billium(t, w.billiumToken, "POST /api-keys", object{"name": "n", "permissions": []string{}}).billiumRejects(t, "permissions")

	// A role caps the keys that its user issues.
	admin := w.keyAs(t, billium.Administrator)
	w.billium(t, admin.token, "POST /api-keys", object{"name": "n", "permissions": allPermissions}).
		billiumRefuses(t, http.StatusForbidden, "Cannot grant permissions you do not hold: merchant:delete, merchant:billing")
	k := w.created(t, w.billium(t, admin.token, "POST /api-keys", object{"name": "n", "permissions": adminPermissions}))
	expectSet(t, "an ADMIN's key", w.current(t, k.token).texts(t, "effectivePermissions"), adminPermissions)
}

func billiumPublicMaximum(t *testing.T, w *world) {
	admin := w.keyAs(t, billium.Administrator)
	issued := w.created(t, w.billium(t, admin.token, "POST /api-keys", object{"name": "n", "type": "PUBLIC"}))
	minted := w.sandbox.BilliumPublicKey(t)
	w.tokens = append(w.tokens, minted)
	for _, token := range []string{w.publicKey(t).token, issued.token, minted} {
		o := w.current(t, token)
		o.expect(t, "type", "PUBLIC")
		expectSet(t, "permissions", o.texts(t, "permissions"), publicPermissions)
		expectSet(t, "effective permissions", o.texts(t, "effectivePermissions"), publicPermissions)
	}
}
