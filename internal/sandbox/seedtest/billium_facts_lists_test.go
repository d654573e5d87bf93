package seedtest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func (o object) expectPagination(t *testing.T, page, limit, total, lastPage int) {
	t.Helper()
	o.expectFields(t, "data", "pagination")
	p := o.object(t, "pagination")
	p.expectFields(t, "page", "limit", "total", "lastPage")
	for field, want := range map[string]int{"page": page, "limit": limit, "total": total, "lastPage": lastPage} {
		if got := p.number(t, field); got != want {
			t.Errorf("pagination.%s is %d, want %d", field, got, want)
		}
	}
}

func billiumPagination(t *testing.T, w *world) {
	var order []string
	for range 5 {
		order = append(order, w.invoice(t))
	}
	slices.Reverse(order)
	total := w.total(t, "GET /invoices")
	last := (total + 1) / 2
	for page, want := range map[int][]string{1: order[:2], 2: order[2:4]} {
		o := w.billium(t, w.billiumToken, "GET /invoices?limit=2&page="+strconv.Itoa(page), nil).want(t, http.StatusOK).object(t)
		o.expectPagination(t, page, 2, total, last)
		if got := ids(t, o.objects(t, "data")); !slices.Equal(got, want) {
			t.Errorf("page %d holds %v, want the newest first: %v", page, got, want)
		}
	}
	beyond := w.billium(t, w.billiumToken, "GET /invoices?limit=2&page="+strconv.Itoa(last+1), nil).want(t, http.StatusOK).object(t)
	beyond.expectPagination(t, last+1, 2, total, last)
	if n := len(beyond.objects(t, "data")); n != 0 {
		t.Errorf("the page after the last holds %d invoices", n)
	}
}

func billiumPageBounds(t *testing.T, w *world) {
	for range 21 {
		w.invoice(t)
	}
	o := w.billium(t, w.billiumToken, "GET /invoices", nil).want(t, http.StatusOK).object(t)
	total := w.total(t, "GET /invoices")
	o.expectPagination(t, 1, 20, total, (total+19)/20)
	if n := len(o.objects(t, "data")); n != 20 {
		t.Errorf("a page without limit holds %d invoices, want 20", n)
	}
	w.billium(t, w.billiumToken, "GET /invoices?limit=100&page=1", nil).want(t, http.StatusOK).object(t).expectPagination(t, 1, 100, total, (total+99)/100)
	for _, list := range []string{"/invoices", "/api-keys", "/api-logs"} {
		for _, query := range []string{"limit=0", "limit=101", "limit=ten", "limit=-1", "page=0", "page=-1", "page=first"} {
			parameter, _, _ := strings.Cut(query, "=")
			w.billium(t, w.billiumToken, "GET "+list+"?"+query, nil).billiumRejects(t, parameter)
		}
	}
}

func billiumLists(t *testing.T, w *world) {
	first, second := w.secretKey(t), w.publicKey(t)
	o := w.billium(t, w.billiumToken, "GET /api-keys?limit=2", nil).want(t, http.StatusOK).object(t)
	total := w.total(t, "GET /api-keys")
	o.expectPagination(t, 1, 2, total, (total+1)/2)
	if got, want := ids(t, o.objects(t, "data")), []string{second.id, first.id}; !slices.Equal(got, want) {
		t.Errorf("keys are listed as %v, want the newest first: %v", got, want)
	}
	next := w.billium(t, w.billiumToken, "GET /api-keys?limit=1&page=2", nil).want(t, http.StatusOK).data(t)
	expectSet(t, "the second page", ids(t, next), []string{first.id})
	empty := w.billium(t, w.billiumToken, "GET /api-logs?apiKeyId="+noID("key"), nil).want(t, http.StatusOK).object(t)
	empty.expectPagination(t, 1, 20, 0, 1)
}

func billiumIDs(t *testing.T, w *world) {
	form := func(prefix string) *regexp.Regexp { return regexp.MustCompile("^" + prefix + "_[0-9a-f]{32}$") }
	if !form("mer").MatchString(w.merchant) {
		t.Errorf("merchant id %q does not match %s", w.merchant, form("mer"))
	}
	w.invoice(t)
	w.secretKey(t)
	for line, prefix := range map[string]string{"GET /invoices": "inv", "GET /api-keys": "key", "GET /api-logs": "log"} {
		list := ids(t, w.billium(t, w.billiumToken, line, nil).want(t, http.StatusOK).data(t))
		if len(list) == 0 {
			t.Errorf("%s: nothing to look at", line)
		}
		for _, id := range list {
			if !form(prefix).MatchString(id) {
				t.Errorf("%s: id %q does not match %s", line, id, form(prefix))
			}
		}
	}
}

var billiumLogFields = strings.Fields("id apiKeyId merchantId method path status durationMs ip userAgent createdAt")

func (w *world) billiumLogs(t *testing.T, query url.Values) []object {
	t.Helper()
	query.Set("limit", "100")
	return w.billium(t, w.billiumToken, "GET /api-logs?"+query.Encode(), nil).want(t, http.StatusOK).data(t)
}

func billiumLogObject(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	for _, c := range []struct {
		line, path string
		status     int
	}{
		{"GET /invoices?limit=1", "/invoices", 200},
		{"GET /invoices?limit=0", "/invoices", 400},
		{"POST /invoices", "/invoices", 403},
		{"GET /invoices/" + noID("inv"), "/invoices/" + noID("inv"), 404},
	} {
		before := w.clock.Now()
		w.billiumAs(t, k.token, c.line, nil, map[string]string{addressHeader: "192.0.2.9"}).want(t, c.status)
		after := w.clock.Now()
		row := w.billiumLogs(t, url.Values{"apiKeyId": {k.id}})[0]
		row.expectFields(t, billiumLogFields...)
		method, _, _ := strings.Cut(c.line, " ")
		for field, value := range map[string]any{
			"apiKeyId": k.id, "merchantId": w.merchant, "method": method, "ip": "192.0.2.9", "userAgent": userAgent,
			"path": "/v1/merchants/merchant/" + w.merchant + c.path,
		} {
			row.expect(t, field, value)
		}
		if got := row.number(t, "status"); got != c.status {
			t.Errorf("%s: recorded status %d, want %d", c.line, got, c.status)
		}
		if row.number(t, "durationMs") < 0 {
			t.Errorf("%s: a negative duration", c.line)
		}
		if at := row.time(t, "createdAt"); at.Before(before) || at.After(after) {
			t.Errorf("%s: recorded at %v, want between %v and %v", c.line, at, before, after)
		}
	}
	if n := len(w.billiumLogs(t, url.Values{"apiKeyId": {k.id}})); n != 4 {
		t.Errorf("%d requests are recorded, want 4", n)
	}
}

func billiumLogFilters(t *testing.T, w *world) {
	k := w.secretKey(t, "invoice:view")
	w.billium(t, k.token, "GET /invoices", nil).want(t, http.StatusOK)
	first := w.clock.Now()
	w.billium(t, k.token, "POST /invoices", nil).want(t, http.StatusForbidden)
	second := w.clock.Now()
	w.billium(t, k.token, "GET /api-keys/current", nil).want(t, http.StatusOK)
	stamp := func(at time.Time) string { return at.Format(time.RFC3339Nano) }
	for _, c := range []struct {
		query url.Values
		want  []int
	}{
		{url.Values{}, []int{200, 403, 200}},
		{url.Values{"status": {"403"}}, []int{403}},
		{url.Values{"status": {"500"}}, nil},
		{url.Values{"createdAfter": {stamp(first)}}, []int{200, 403}},
		{url.Values{"createdBefore": {stamp(second)}}, []int{403, 200}},
		{url.Values{"createdAfter": {stamp(first)}, "createdBefore": {stamp(second)}}, []int{403}},
	} {
		c.query.Set("apiKeyId", k.id)
		var got []int
		for _, row := range w.billiumLogs(t, c.query) {
			got = append(got, row.number(t, "status"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: got statuses %v, want %v", c.query, got, c.want)
		}
	}
	for parameter, value := range map[string]string{"status": "teapot", "createdAfter": "yesterday", "createdBefore": "2026-13-01", "apiKeyId": "key"} {
		w.billium(t, w.billiumToken, "GET /api-logs?"+parameter+"="+value, nil).billiumRejects(t, parameter)
	}
}

func billiumLogRefusals(t *testing.T, w *world) {
	revoked, inactive, public := w.secretKey(t), w.secretKey(t), w.publicKey(t)
	w.revokeBillium(t, revoked.id)
	w.deactivateBillium(t, inactive.id)
	for keyID, token := range map[string]string{revoked.id: revoked.token, inactive.id: inactive.token, public.id: public.token} {
		refused := w.billium(t, token, "GET /invoices", nil)
		rows := w.billiumLogs(t, url.Values{"apiKeyId": {keyID}, "status": {strconv.Itoa(refused.status)}})
		if len(rows) != 1 || refused.status < 400 {
			t.Errorf("a refusal with %d has %d rows, want 1", refused.status, len(rows))
		}
	}
	for name, token := range map[string]string{"unknown": unknownBilliumToken(t, billium.Secret), "malformed": "hello"} {
		agent := name + "/" + revoked.id
		w.billiumAs(t, token, "GET /invoices", nil, map[string]string{"User-Agent": agent}).want(t, http.StatusUnauthorized)
		rows := w.billiumLogs(t, url.Values{"status": {"401"}})
		at := slices.IndexFunc(rows, func(o object) bool { return o["userAgent"] == agent })
		if at < 0 {
			t.Errorf("%s: the request is not recorded", name)
			continue
		}
		rows[at].expect(t, "apiKeyId", nil)
	}
}
