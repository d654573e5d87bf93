package seedtest

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var companyFields = strings.Fields("id name slug currency invoice_prefix quote_prefix logo_url created_at")

func corebillCompanyObject(t *testing.T, w *world) {
	a := w.corebillUnscoped(t, w.corebillToken, "GET /companies", nil).want(t, http.StatusOK)
	a.object(t).expect(t, "object", "list")
	companies := a.data(t)
	if len(companies) < 2 {
		t.Fatalf("%d companies, want the two that a new sandbox has", len(companies))
	}
	for _, o := range companies {
		o.expectFields(t, companyFields...)
		o.time(t, "created_at")
		for _, field := range []string{"name", "slug", "currency", "invoice_prefix", "quote_prefix"} {
			if o.text(t, field) == "" {
				t.Errorf("company %s has no %s", o.text(t, "id"), field)
			}
		}
	}
	narrowed := w.corebillIn(t, w.secondCompany, w.corebillToken, "GET /companies", nil).want(t, http.StatusOK).data(t)
	expectSet(t, "narrowed", ids(t, narrowed), []string{w.secondCompany})
}

func corebillCompanyLifecycle(t *testing.T, w *world) {
	body := object{"name": "My Agency", "slug": "my-agency", "currency": "EUR", "invoice_prefix": "RE", "quote_prefix": "AN", "logo_url": "https://example.com/l.png"}
	made := w.corebill(t, w.corebillToken, "POST /companies", body).want(t, http.StatusCreated).object(t)
	made.expectFields(t, companyFields...)
	for field, value := range body {
		made.expect(t, field, value)
	}
	id := made.text(t, "id")
	plain := w.corebill(t, w.corebillToken, "POST /companies", object{"name": "Plain & Simple"}).want(t, http.StatusCreated).object(t)
	for field, value := range map[string]any{"currency": "USD", "invoice_prefix": "INV", "quote_prefix": "QUO", "logo_url": nil} {
		plain.expect(t, field, value)
	}
	if slug := plain.text(t, "slug"); !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(slug) {
		t.Errorf("the slug made of %q is %q", "Plain & Simple", slug)
	}
	changed := w.corebill(t, w.corebillToken, "PATCH /companies/"+id, object{"name": "Ours", "logo_url": nil}).want(t, http.StatusOK).object(t)
	made["name"], made["logo_url"] = "Ours", nil
	stored := w.corebillIn(t, id, w.corebillToken, "GET /companies/"+id, nil).want(t, http.StatusOK).object(t)
	if !reflect.DeepEqual(changed, made) || !reflect.DeepEqual(stored, made) {
		t.Errorf("PATCH answered %v and stored %v, want %v", changed, stored, made)
	}
	for field, value := range map[string]any{"name": "", "slug": "Not A Slug", "currency": "euro", "invoice_prefix": "", "logo_url": "ftp://x"} {
		w.corebill(t, w.corebillToken, "PATCH /companies/"+id, object{field: value}).corebillRejects(t, field)
	}
	w.corebill(t, w.corebillToken, "DELETE /companies/"+id, nil).want(t, http.StatusOK)
	w.corebillIn(t, id, w.corebillToken, "GET /customers", nil).corebillRefuses(t, http.StatusNotFound, "Company not found")
}

func corebillCustomers(t *testing.T, w *world) {
	made := w.corebill(t, w.corebillToken, "POST /customers", object{"name": "Ada", "email": "ada@example.com"}).want(t, http.StatusCreated).object(t)
	made.expectFields(t, "id", "object", "company_id", "name", "email", "created_at")
	for field, value := range map[string]any{"object": "customer", "company_id": w.company, "name": "Ada", "email": "ada@example.com"} {
		made.expect(t, field, value)
	}
	id := made.text(t, "id")
	read := w.corebill(t, w.corebillToken, "GET /customers/"+id, nil).want(t, http.StatusOK).object(t)
	if !reflect.DeepEqual(read, made) {
		t.Errorf("created as %v, reads as %v", made, read)
	}
	w.corebill(t, w.corebillToken, "POST /customers", object{"name": "No mail"}).want(t, http.StatusCreated).object(t).expect(t, "email", nil)
	w.corebill(t, w.corebillToken, "POST /customers", object{"name": "n", "email": "nowhere"}).corebillRejects(t, "email")
	w.corebill(t, w.corebillToken, "POST /customers", object{"email": "ada@example.com"}).corebillRejects(t, "name")
	w.corebill(t, w.corebillToken, "DELETE /customers/"+id, nil).expectBody(t, http.StatusOK, object{"id": id, "object": "customer", "deleted": true})
	for _, line := range []string{"GET /customers/" + id, "DELETE /customers/" + id} {
		w.corebill(t, w.corebillToken, line, nil).corebillRefuses(t, http.StatusNotFound, "Customer not found")
	}
}

func corebillIDs(t *testing.T, w *world) {
	w.corebillKey(t, "read")
	w.corebill(t, w.corebillToken, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated)
	for line, prefix := range map[string]string{
		"GET /companies": "com", "GET /customers": "cus", "GET /api_keys": "key", "GET /api_logs": "log",
	} {
		form := regexp.MustCompile("^" + prefix + "_[0-9a-z]{12}$")
		list := ids(t, w.corebill(t, w.corebillToken, line, nil).want(t, http.StatusOK).data(t))
		if len(list) == 0 {
			t.Errorf("%s: nothing to look at", line)
		}
		for _, id := range list {
			if !form.MatchString(id) {
				t.Errorf("%s: id %q does not match %s", line, id, form)
			}
		}
		if unique := slices.Compact(slices.Sorted(slices.Values(list))); len(unique) != len(list) {
			t.Errorf("%s: an id comes twice in %v", line, list)
		}
	}
}

func corebillTimes(t *testing.T, w *world) {
	before := w.clock.Now()
	k := w.corebillKey(t, "write")
	after := w.clock.Now()
	if at := k.created.time(t, "created_at"); at.Before(before) || at.After(after) {
		t.Errorf("created_at is %v, want between %v and %v", at, before, after)
	}
	w.corebill(t, k.token, "POST /customers", object{"name": "C"}).want(t, http.StatusCreated).object(t).time(t, "created_at")
	w.revokeCorebill(t, k.id)
	o := w.corebillObject(t, k.id)
	last := o.time(t, "created_at")
	for _, field := range []string{"last_used_at", "revoked_at"} {
		if at := o.time(t, field); !at.After(last) {
			t.Errorf("%s is %v, want after %v", field, at, last)
		} else {
			last = at
		}
	}
	for _, line := range []string{"GET /companies", "GET /customers", "GET /api_keys", "GET /api_logs"} {
		for _, o := range w.corebill(t, w.corebillToken, line, nil).want(t, http.StatusOK).data(t) {
			o.time(t, "created_at")
		}
	}
}
