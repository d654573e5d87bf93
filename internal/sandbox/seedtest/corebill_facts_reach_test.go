package seedtest

import (
	"net/http"
	"slices"
	"testing"
)

func corebillNotFound(t *testing.T, w *world) {
	here := w.corebillKey(t, "admin")
	foreign := w.created(t, w.corebillIn(t, w.secondCompany, w.corebillToken, "POST /api_keys", object{"name": "n", "permission_level": "read"}))
	customer := w.corebillIn(t, w.secondCompany, w.corebillToken, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated).object(t).text(t, "id")
	for _, token := range []string{here.token, w.corebillToken} {
		for line, message := range map[string]string{
			"GET /api_keys/key_000000000000":    "API key not found",
			"DELETE /api_keys/key_000000000000": "API key not found",
			"GET /api_keys/" + foreign.id:       "API key not found",
			"DELETE /api_keys/" + foreign.id:    "API key not found",
			"GET /customers/cus_000000000000":   "Customer not found",
			"GET /customers/" + customer:        "Customer not found",
			"DELETE /customers/" + customer:     "Customer not found",
			"GET /companies/com_000000000000":   "Company not found",
		} {
			w.corebill(t, token, line, nil).corebillRefuses(t, http.StatusNotFound, message)
		}
		w.corebill(t, token, "PATCH /api_keys/"+foreign.id, object{"name": "n"}).corebillRefuses(t, http.StatusNotFound, "API key not found")
	}
	for _, line := range []string{"GET /customers", "GET /api_keys", "GET /api_logs", "GET /companies", "GET /api_keys/" + foreign.id} {
		w.corebillIn(t, w.secondCompany, here.token, line, nil).corebillRefuses(t, http.StatusNotFound, "Company not found")
		w.corebillIn(t, "com_000000000000", w.corebillToken, line, nil).corebillRefuses(t, http.StatusNotFound, "Company not found")
	}
	w.corebill(t, here.token, "GET /companies/"+w.secondCompany, nil).corebillRefuses(t, http.StatusNotFound, "Company not found")
	w.corebillIn(t, w.secondCompany, foreign.token, "GET /customers/"+customer, nil).want(t, http.StatusOK)
}

func corebillOrganizationReach(t *testing.T, w *world) {
	k := w.organizationKey(t, "admin")
	k.created.expect(t, "company_id", nil)
	fresh := w.sandbox.CreateCompany(t, "Made later")
	for _, company := range []string{w.company, w.secondCompany, fresh} {
		w.corebillIn(t, company, k.token, "GET /customers", nil).want(t, http.StatusOK)
		w.corebillIn(t, company, k.token, "GET /api_keys/"+k.id, nil).want(t, http.StatusOK).object(t).expect(t, "company_id", nil)
	}
}

func corebillOrganizationKeys(t *testing.T, w *world) {
	organization, company := w.organizationKey(t, "read"), w.corebillKey(t, "admin")
	listed := func(token string) []string {
		return ids(t, w.corebill(t, token, "GET /api_keys?limit=100", nil).want(t, http.StatusOK).data(t))
	}
	if got := listed(organization.token); !slices.Contains(got, organization.id) || !slices.Contains(got, company.id) {
		t.Errorf("an organization key sees %v, want its own and the company's", got)
	}
	for _, o := range w.corebill(t, company.token, "GET /api_keys?limit=100", nil).want(t, http.StatusOK).data(t) {
		o.expect(t, "company_id", w.company)
	}
	w.corebill(t, company.token, "GET /api_keys/"+organization.id, nil).corebillRefuses(t, http.StatusNotFound, "API key not found")
	w.corebill(t, company.token, "PATCH /api_keys/"+organization.id, object{"disabled": true}).corebillRefuses(t, http.StatusNotFound, "API key not found")
	w.corebill(t, company.token, "DELETE /api_keys/"+organization.id, nil).corebillRefuses(t, http.StatusNotFound, "API key not found")
	refused := w.corebill(t, company.token, "POST /api_keys", object{"name": "n", "permission_level": "read", "company_id": nil})
	refused.want(t, http.StatusForbidden).object(t).expectFields(t, "error")
	w.corebill(t, organization.token, "GET /customers", nil).want(t, http.StatusOK)
}

func corebillBodyCompany(t *testing.T, w *world) {
	post := func(body object) answer {
		body["name"], body["permission_level"] = "n", "read"
		return w.corebill(t, w.corebillToken, "POST /api_keys", body)
	}
	w.created(t, post(object{})).created.expect(t, "company_id", w.company)
	w.created(t, post(object{"company_id": w.company})).created.expect(t, "company_id", w.company)
	w.created(t, post(object{"company_id": nil})).created.expect(t, "company_id", nil)
	post(object{"company_id": w.secondCompany}).corebillRejects(t, "company_id")
	post(object{"company_id": ""}).corebillRejects(t, "company_id")
	post(object{"company_id": 1}).corebillRejects(t, "company_id")
}

func corebillNoEscalation(t *testing.T, w *world) {
	write, organization := w.corebillKey(t, "write"), w.organizationKey(t, "write")
	for _, token := range []string{write.token, organization.token} {
		w.corebill(t, token, "POST /api_keys", object{"name": "n", "permission_level": "admin"}).
			corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
		for _, level := range []string{"read", "write"} {
			w.created(t, w.corebill(t, token, "POST /api_keys", object{"name": "n", "permission_level": level}))
		}
	}
	admin := w.corebillKey(t, "admin")
	w.created(t, w.corebill(t, admin.token, "POST /api_keys", object{"name": "n", "permission_level": "admin"}))
}

func corebillCompanyAdmin(t *testing.T, w *world) {
	doomed := w.sandbox.CreateCompany(t, "To be deleted")
	company, writer := w.corebillKey(t, "admin"), w.organizationKey(t, "write")
	w.corebill(t, company.token, "POST /companies", object{"name": "C"}).corebillRefuses(t, http.StatusForbidden, organizationMessage)
	w.corebill(t, company.token, "DELETE /companies/"+w.company, nil).corebillRefuses(t, http.StatusForbidden, organizationMessage)
	w.corebill(t, writer.token, "POST /companies", object{"name": "C"}).corebillRefuses(t, http.StatusForbidden, organizationMessage)
	w.corebill(t, writer.token, "DELETE /companies/"+doomed, nil).corebillRefuses(t, http.StatusForbidden, accessMessage["admin"])
	admin := w.organizationKey(t, "admin")
	made := w.corebill(t, admin.token, "POST /companies", object{"name": "C"}).want(t, http.StatusCreated).object(t)
	for _, id := range []string{doomed, made.text(t, "id")} {
		w.corebill(t, admin.token, "DELETE /companies/"+id, nil).expectBody(t, http.StatusOK, object{"id": id, "object": "company", "deleted": true})
		w.corebill(t, admin.token, "GET /companies/"+id, nil).corebillRefuses(t, http.StatusNotFound, "Company not found")
	}
}
