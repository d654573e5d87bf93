package corebill_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestPaging(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin := s.Credentials.Corebill.APIKey
		var newestFirst []string
		for i := range 12 {
			answer := s.CallCorebill(t, admin, "POST", scoped(s, "/customers"), map[string]any{"name": fmt.Sprint(i), "email": nil}).Want(t, 201)
			newestFirst = slices.Insert(newestFirst, 0, answer.Text(t, "id"))
		}
		walk := func(parameter string) []string {
			var ids []string
			next := ""
			for range 10 {
				query := "/customers?limit=5"
				if next != "" {
					query += "&" + parameter + "=" + next
				}
				answer := s.CallCorebill(t, admin, "GET", scoped(s, query), nil).Want(t, 200)
				if answer.Text(t, "url") != "/v1/customers" {
					t.Errorf("the url is %s", answer.Text(t, "url"))
				}
				for _, customer := range answer.Data(t) {
					ids = append(ids, fmt.Sprint(customer["id"]))
				}
				if answer.Object(t)["has_more"] == false {
					return ids
				}
				next = answer.Text(t, "next_cursor")
			}
			t.Fatal("the list has no end")
			return nil
		}
		if got := walk("starting_after"); !slices.Equal(got, newestFirst) {
			t.Errorf("forwards: %v, want %v", got, newestFirst)
		}
		before := s.CallCorebill(t, admin, "GET", scoped(s, "/customers?limit=3&ending_before="+newestFirst[6]), nil).Want(t, 200)
		var got []string
		for _, customer := range before.Data(t) {
			got = append(got, fmt.Sprint(customer["id"]))
		}
		if !slices.Equal(got, newestFirst[3:6]) || before.Object(t)["has_more"] != true || before.Text(t, "next_cursor") != newestFirst[3] {
			t.Errorf("backwards: %s", before.Body)
		}
		if got := len(s.CallCorebill(t, admin, "GET", scoped(s, "/customers"), nil).Data(t)); got != 10 {
			t.Errorf("the default limit is %d", got)
		}
		id := newestFirst[0]
		s.CallCorebill(t, admin, "GET", scoped(s, "/customers/"+id), nil).Want(t, 200)
		s.CallCorebill(t, admin, "DELETE", scoped(s, "/customers/"+id), nil).Want(t, 200)
		wantError(t, s.CallCorebill(t, admin, "GET", scoped(s, "/customers/"+id), nil), 404, "Customer not found")
	})
}

func TestLogs(t *testing.T) {
	both(t, func(t *testing.T, s *sandboxtest.Sandbox) {
		admin, first := s.Credentials.Corebill.APIKey, s.Credentials.Corebill.CompanyID
		own := s.CorebillKey(t, first, corebill.Read)
		s.CallCorebill(t, own, "GET", scoped(s, "/customers?limit=1"), nil, "User-Agent", "probe").Want(t, 200)
		s.CallCorebill(t, "", "GET", scoped(s, "/customers"), nil).Want(t, 401)
		s.CallCorebill(t, own, "GET", "/customers?company_id="+s.SecondCompanyID, nil).Want(t, 404)
		seen := func(token, query string) []string {
			var rows []string
			for _, row := range s.CallCorebill(t, token, "GET", scoped(s, "/api_logs?limit=100"+query), nil).Want(t, 200).Data(t) {
				rows = append(rows, fmt.Sprint(row["method"], " ", row["path"], " ", row["status"]))
			}
			return rows
		}
		want := []string{"GET /v1/customers 404", "GET /v1/customers 401", "GET /v1/customers 200"}
		if got := seen(admin, ""); !slices.Equal(got, want) {
			t.Errorf("the organization sees %q", got)
		}
		if got := seen(own, ""); !slices.Equal(got, []string{"GET /v1/api_logs 200", "GET /v1/customers 200"}) {
			t.Errorf("the company sees %q", got)
		}
		if got := seen(admin, "&status=401"); !slices.Equal(got, want[1:2]) {
			t.Errorf("refused were %q", got)
		}
		if got := seen(admin, "&created_before=2020-01-01T00:00:00Z"); len(got) != 0 {
			t.Errorf("long ago were %q", got)
		}
		row := s.CallCorebill(t, admin, "GET", scoped(s, "/api_logs?status=200&created_after=2020-01-01T00:00:00Z&limit=100"), nil).Data(t)
		last := row[len(row)-1]
		if last["user_agent"] != "probe" || last["company_id"] != first || last["ip"] != "127.0.0.1" || last["api_key_id"] == nil {
			t.Errorf("the row is %v", last)
		}
	})
}
