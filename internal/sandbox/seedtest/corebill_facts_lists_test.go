package seedtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
)

// companyWith makes a company with that many customers and returns it and their
// ids in list order, newest first.
func (w *world) companyWith(t *testing.T, customers int) (company string, order []string) {
	t.Helper()
	company = w.sandbox.CreateCompany(t, "Paged")
	for n := range customers {
		a := w.corebillIn(t, company, w.corebillToken, "POST /customers", object{"name": fmt.Sprintf("Customer %d", n)})
		order = append(order, a.want(t, http.StatusCreated).object(t).text(t, "id"))
	}
	slices.Reverse(order)
	return company, order
}

// expectPage expects a page of customers and returns its cursor.
func (w *world) expectPage(t *testing.T, company, query string, want []string, more bool) string {
	t.Helper()
	o := w.corebillIn(t, company, w.corebillToken, "GET /customers?"+query, nil).want(t, http.StatusOK).object(t)
	if got := ids(t, o.objects(t, "data")); !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", query, got, want)
	}
	o.expect(t, "has_more", more)
	if !more {
		o.expect(t, "next_cursor", nil)
		return ""
	}
	return o.text(t, "next_cursor")
}

func corebillPageBounds(t *testing.T, w *world) {
	company, order := w.companyWith(t, 101)
	w.expectPage(t, company, "", order[:10], true)
	for _, limit := range []int{1, 11, 100} {
		w.expectPage(t, company, "limit="+strconv.Itoa(limit), order[:limit], true)
	}
	for _, limit := range []string{"0", "101", "-1", "ten", "1.5", "", "1e1"} {
		w.corebillIn(t, company, w.corebillToken, "GET /customers?limit="+limit, nil).corebillRejects(t, "limit")
	}
	for _, line := range []string{"GET /companies?limit=101", "GET /api_keys?limit=0", "GET /api_logs?limit=101"} {
		w.corebill(t, w.corebillToken, line, nil).corebillRejects(t, "limit")
	}
}

func corebillListEnvelope(t *testing.T, w *world) {
	for _, c := range []struct{ line, url string }{
		{"GET /companies", "/v1/companies"},
		{"GET /customers", "/v1/customers"},
		{"GET /api_keys", "/v1/api_keys"},
		{"GET /api_logs", "/v1/api_logs"},
	} {
		o := w.corebill(t, w.corebillToken, c.line, nil).want(t, http.StatusOK).object(t)
		o.expectFields(t, "object", "url", "data", "has_more", "next_cursor")
		o.expect(t, "object", "list")
		o.expect(t, "url", c.url)
	}
	company, order := w.companyWith(t, 3)
	w.expectPage(t, company, "limit=3", order, false)
	if cursor := w.expectPage(t, company, "limit=2", order[:2], true); !slices.Contains(order, cursor) {
		t.Errorf("next_cursor %q is no id of the list %v", cursor, order)
	}
	empty := w.sandbox.CreateCompany(t, "Empty")
	w.expectPage(t, empty, "", []string{}, false)
}

func corebillCursors(t *testing.T, w *world) {
	company, order := w.companyWith(t, 7)
	// Forwards with the cursor of each page.
	cursor := w.expectPage(t, company, "limit=3", order[:3], true)
	cursor = w.expectPage(t, company, "limit=3&starting_after="+cursor, order[3:6], true)
	w.expectPage(t, company, "limit=3&starting_after="+cursor, order[6:], false)
	// Backwards from the end, each page still in list order.
	cursor = w.expectPage(t, company, "limit=3&ending_before="+order[6], order[3:6], true)
	w.expectPage(t, company, "limit=3&ending_before="+cursor, order[:3], false)
	// At the edges and by any object.
	w.expectPage(t, company, "starting_after="+order[6], []string{}, false)
	w.expectPage(t, company, "ending_before="+order[0], []string{}, false)
	w.expectPage(t, company, "limit=2&starting_after="+order[2], order[3:5], true)
	w.expectPage(t, company, "limit=2&ending_before="+order[2], order[:2], false)
	w.expectPage(t, company, "limit=1&ending_before="+order[2], order[1:2], true)

	_, elsewhere := w.companyWith(t, 1)
	for _, unknown := range []string{"cus_000000000000", elsewhere[0], "nonsense"} {
		for _, parameter := range []string{"starting_after", "ending_before"} {
			w.corebillIn(t, company, w.corebillToken, "GET /customers?"+parameter+"="+unknown, nil).corebillRejects(t, parameter)
		}
	}
}

func corebillBothCursors(t *testing.T, w *world) {
	company, order := w.companyWith(t, 3)
	a := w.corebillIn(t, company, w.corebillToken, "GET /customers?starting_after="+order[0]+"&ending_before="+order[2], nil)
	a.want(t, http.StatusBadRequest).object(t).expectFields(t, "error")
	a.corebillRejects(t, "starting_after")
	a.corebillRejects(t, "ending_before")
	for _, list := range []string{"/companies", "/api_keys", "/api_logs"} {
		w.corebill(t, w.corebillToken, "GET "+list+"?starting_after=a&ending_before=b", nil).want(t, http.StatusBadRequest)
	}
}

func corebillListOrder(t *testing.T, w *world) {
	first, second, third := w.corebillKey(t, "read"), w.organizationKey(t, "read"), w.corebillKey(t, "read")
	got := ids(t, w.corebill(t, w.corebillToken, "GET /api_keys?limit=3", nil).want(t, http.StatusOK).data(t))
	if want := []string{third.id, second.id, first.id}; !slices.Equal(got, want) {
		t.Errorf("keys are listed as %v, want the newest first: %v", got, want)
	}
	older, newer := w.sandbox.CreateCompany(t, "Older"), w.sandbox.CreateCompany(t, "Newer")
	companies := ids(t, w.corebillUnscoped(t, w.corebillToken, "GET /companies?limit=2", nil).want(t, http.StatusOK).data(t))
	if want := []string{newer, older}; !slices.Equal(companies, want) {
		t.Errorf("companies are listed as %v, want the newest first: %v", companies, want)
	}
}
