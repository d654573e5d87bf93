package seedtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var corebillLogFields = strings.Fields("id object api_key_id company_id method path status duration_ms ip user_agent created_at")

func (w *world) corebillLogs(t *testing.T, query url.Values) []object {
	t.Helper()
	query.Set("limit", "100")
	return w.corebill(t, w.corebillToken, "GET /api_logs?"+query.Encode(), nil).want(t, http.StatusOK).data(t)
}

func corebillLogObject(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	w.corebill(t, k.token, "GET /customers?limit=1", nil).want(t, http.StatusOK)
	logs := w.corebillLogs(t, url.Values{"api_key_id": {k.id}})
	if len(logs) != 1 {
		t.Fatalf("%d rows, want 1", len(logs))
	}
	row := logs[0]
	row.expectFields(t, corebillLogFields...)
	for field, value := range map[string]any{
		"object": "api_log", "api_key_id": k.id, "company_id": w.company, "method": "GET",
		"path": "/v1/customers", "ip": "127.0.0.1", "user_agent": userAgent,
	} {
		row.expect(t, field, value)
	}
}

func corebillLogOrder(t *testing.T, w *world) {
	k := w.corebillKey(t, "read")
	for _, line := range []string{"GET /customers", "GET /companies", "GET /api_keys"} {
		w.corebill(t, k.token, line, nil).want(t, http.StatusOK)
	}
	var paths []string
	last := w.clock.Now()
	for _, row := range w.corebillLogs(t, url.Values{"api_key_id": {k.id}}) {
		paths = append(paths, row.text(t, "path"))
		if at := row.time(t, "created_at"); !at.Before(last) {
			t.Errorf("%s at %v is listed after %v", row.text(t, "path"), at, last)
		} else {
			last = at
		}
	}
	if want := []string{"/v1/api_keys", "/v1/companies", "/v1/customers"}; !slices.Equal(paths, want) {
		t.Errorf("the log has %v, want %v", paths, want)
	}
}

func corebillLogFilters(t *testing.T, w *world) {
	k, other := w.corebillKey(t, "read"), w.corebillKey(t, "read")
	w.corebill(t, k.token, "GET /customers", nil).want(t, http.StatusOK)
	first := w.clock.Now()
	w.corebill(t, k.token, "POST /customers", object{"name": "C"}).want(t, http.StatusForbidden)
	w.corebill(t, other.token, "GET /customers", nil).want(t, http.StatusOK)
	second := w.clock.Now()
	w.corebill(t, k.token, "GET /companies", nil).want(t, http.StatusOK)

	stamp := func(at time.Time) string { return at.Format(time.RFC3339Nano) }
	for _, c := range []struct {
		query url.Values
		want  []string
	}{
		{url.Values{"api_key_id": {k.id}}, []string{"GET /v1/companies", "POST /v1/customers", "GET /v1/customers"}},
		{url.Values{"api_key_id": {other.id}}, []string{"GET /v1/customers"}},
		{url.Values{"api_key_id": {k.id}, "status": {"403"}}, []string{"POST /v1/customers"}},
		{url.Values{"api_key_id": {k.id}, "status": {"404"}}, nil},
		{url.Values{"api_key_id": {k.id}, "created_after": {stamp(first)}}, []string{"GET /v1/companies", "POST /v1/customers"}},
		{url.Values{"api_key_id": {k.id}, "created_before": {stamp(first)}}, []string{"GET /v1/customers"}},
		{url.Values{"api_key_id": {k.id}, "created_after": {stamp(first)}, "created_before": {stamp(second)}}, []string{"POST /v1/customers"}},
		{url.Values{"api_key_id": {"key_000000000000"}}, nil},
	} {
		var got []string
		for _, row := range w.corebillLogs(t, c.query) {
			got = append(got, row.text(t, "method")+" "+row.text(t, "path"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.query, got, c.want)
		}
	}
	for _, row := range w.corebillLogs(t, url.Values{"status": {"403"}}) {
		if got := row.number(t, "status"); got != 403 {
			t.Errorf("status=403 lists a row with status %d", got)
		}
	}
	for parameter, value := range map[string]string{"status": "teapot", "created_after": "yesterday", "created_before": "2026-13-01"} {
		w.corebill(t, w.corebillToken, "GET /api_logs?"+parameter+"="+value, nil).corebillRejects(t, parameter)
	}
}

func corebillLogRefusals(t *testing.T, w *world) {
	revoked, disabled, narrow := w.corebillKey(t, "read"), w.corebillKey(t, "read"), w.corebillKey(t, "read")
	w.revokeCorebill(t, revoked.id)
	w.disableCorebill(t, disabled.id, true)
	for _, c := range []struct {
		name, authorization, line string
		status                    int
		keyID                     any
	}{
		{"revoked", "Bearer " + revoked.token, "GET /customers", 401, revoked.id},
		{"disabled", "Bearer " + disabled.token, "GET /customers", 401, disabled.id},
		{"level", "Bearer " + narrow.token, "POST /customers", 403, narrow.id},
		{"unknown", "Bearer " + unknownCorebillToken(t), "GET /customers", 401, nil},
		{"malformed", "Bearer hello", "GET /customers", 401, nil},
		{"none", "", "GET /customers", 401, nil},
		{"no route", "Bearer " + narrow.token, "GET /nowhere", 404, narrow.id},
	} {
		header := map[string]string{"User-Agent": c.name + "/" + revoked.id}
		if c.authorization != "" {
			header["Authorization"] = c.authorization
		}
		w.send(t, request{base: w.corebillURL + "/v1", line: c.line + "?company_id=" + w.company, header: header}).want(t, c.status)
		rows := w.corebillLogs(t, url.Values{})
		at := slices.IndexFunc(rows, func(o object) bool { return o["user_agent"] == header["User-Agent"] })
		if at < 0 {
			t.Errorf("%s: the request is not recorded", c.name)
			continue
		}
		rows[at].expect(t, "api_key_id", c.keyID)
		if got := rows[at].number(t, "status"); got != c.status {
			t.Errorf("%s: recorded status %d, want %d", c.name, got, c.status)
		}
		if c.keyID == nil {
			rows[at].expect(t, "company_id", nil)
		}
	}
}

func corebillLogReach(t *testing.T, w *world) {
	company, organization := w.corebillKey(t, "read"), w.organizationKey(t, "read")
	here := w.corebillKey(t, "read")
	w.corebill(t, here.token, "GET /customers", nil).want(t, http.StatusOK)
	w.corebillIn(t, w.secondCompany, organization.token, "GET /customers", nil).want(t, http.StatusOK)
	w.corebillIn(t, w.secondCompany, here.token, "GET /customers", nil).want(t, http.StatusNotFound)
	w.corebillUnscoped(t, organization.token, "GET /companies", nil).want(t, http.StatusOK)

	companies := func(token string, of key) []any {
		t.Helper()
		var out []any
		for _, row := range w.corebill(t, token, "GET /api_logs?api_key_id="+of.id, nil).want(t, http.StatusOK).data(t) {
			out = append(out, row["company_id"])
		}
		return out
	}
	for _, c := range []struct {
		name      string
		got, want []any
	}{
		{"a company's key, of another one", companies(company.token, here), []any{w.company}},
		{"a company's key, of the organization's", companies(company.token, organization), nil},
		{"an organization key, of a company's", companies(organization.token, here), []any{nil, w.company}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: the rows' companies are %v, want %v", c.name, c.got, c.want)
		}
	}
	if got := companies(organization.token, organization); !slices.Contains(got, nil) || slices.Contains(got, any(w.secondCompany)) {
		t.Errorf("an organization key sees rows of %v in the first company's log", got)
	}
}
