package seedtest

import (
	"net/http"
	"slices"
	"testing"
)

func corebillNeedsCompany(t *testing.T, w *world) {
	k := w.organizationKey(t, "admin")
	for _, o := range corebillOperations {
		a := w.corebillUnscoped(t, k.token, o.line, nil)
		if o.line == "GET /companies" {
			a.want(t, http.StatusOK)
			continue
		}
		a.corebillRefuses(t, http.StatusBadRequest, "Missing company_id query parameter")
	}
	// A body that is fine does not make up for it.
	w.corebillUnscoped(t, k.token, "POST /customers", object{"name": "C"}).
		corebillRefuses(t, http.StatusBadRequest, "Missing company_id query parameter")
}

func corebillScopes(t *testing.T, w *world) {
	token := w.organizationKey(t, "admin").token
	here := w.corebillIn(t, w.company, token, "POST /customers", object{"name": "Here"}).want(t, http.StatusCreated).object(t)
	there := w.corebillIn(t, w.secondCompany, token, "POST /customers", object{"name": "There"}).want(t, http.StatusCreated).object(t)
	here.expect(t, "company_id", w.company)
	there.expect(t, "company_id", w.secondCompany)
	for _, c := range []struct {
		company           string
		inside, elsewhere string
	}{
		{w.company, here.text(t, "id"), there.text(t, "id")},
		{w.secondCompany, there.text(t, "id"), here.text(t, "id")},
	} {
		listed := ids(t, w.corebillIn(t, c.company, token, "GET /customers?limit=100", nil).want(t, http.StatusOK).data(t))
		if !slices.Contains(listed, c.inside) || slices.Contains(listed, c.elsewhere) {
			t.Errorf("the list of %s holds %v, want %s and not %s", c.company, listed, c.inside, c.elsewhere)
		}
		w.corebillIn(t, c.company, token, "GET /customers/"+c.inside, nil).want(t, http.StatusOK)
		w.corebillIn(t, c.company, token, "GET /customers/"+c.elsewhere, nil).
			corebillRefuses(t, http.StatusNotFound, "Customer not found")
		w.corebillIn(t, c.company, token, "DELETE /customers/"+c.elsewhere, nil).
			corebillRefuses(t, http.StatusNotFound, "Customer not found")
	}
}

func corebillSample(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	made := w.corebill(t, w.corebillToken, "POST /customers", object{"name": "Sample"}).want(t, http.StatusCreated).object(t)
	a := w.corebillUnscoped(t, k.token, "GET /customers?company_id="+w.company, nil).want(t, http.StatusOK)
	if !slices.Contains(ids(t, a.data(t)), made.text(t, "id")) {
		t.Errorf("the company's newest customer is not listed: %s", a)
	}
}

func corebillFindCompanies(t *testing.T, w *world) {
	companies := func(token string) []string {
		t.Helper()
		return ids(t, w.corebillUnscoped(t, token, "GET /companies?limit=100", nil).want(t, http.StatusOK).data(t))
	}
	all := companies(w.organizationKey(t, "read").token)
	for _, id := range []string{w.company, w.secondCompany} {
		if !slices.Contains(all, id) {
			t.Errorf("an organization key lists %v, without %s", all, id)
		}
		w.corebillIn(t, id, w.corebillToken, "GET /companies/"+id, nil).want(t, http.StatusOK)
	}
	expectSet(t, "companies of a company's key", companies(w.corebillKey(t, "read").token), []string{w.company})
}
