package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var kinds = map[string]error{
	"bad request": ErrBadRequest, "unauthorized": ErrUnauthorized, "forbidden": ErrForbidden, "not found": ErrNotFound, "conflict": ErrConflict,
	"unprocessable": ErrUnprocessable, "rate limited": ErrRateLimited, "server": ErrServer, "redirect": ErrRedirect, "connection": ErrConnection,
	"invalid response": ErrInvalidResponse, "outcome unknown": ErrOutcomeUnknown,
}

func TestErrorsByStatus(t *testing.T) {
	t.Parallel()
	words, page := `{"error":"Thing not found"}`, `<html><h1>No</h1></html>`
	closed := []int{304, 401, 429}
	tests := []struct {
		status int
		body   string
		want   []string
	}{
		{400, words, []string{"bad request"}},
		{401, words, []string{"unauthorized"}},
		{403, words, []string{"forbidden"}},
		{404, words, []string{"not found"}},
		{404, page, []string{"invalid response"}},
		{404, `{"error":"Not found"}`, []string{"invalid response"}},
		{409, words, []string{"conflict"}},
		{418, words, nil},
		{422, words, []string{"unprocessable"}},
		{429, words, []string{"rate limited"}},
		{429, page, []string{"rate limited", "invalid response"}},
		{403, page, []string{"forbidden", "invalid response"}},
		{500, words, []string{"server"}},
		{502, page, []string{"server", "invalid response"}},
		{599, words, []string{"server"}},
		{304, ``, []string{"redirect"}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d %s", test.status, test.body), func(t *testing.T) {
			t.Parallel()
			f := serve(t, answer(test.status, test.body), func(c *Config) { c.MaxAttempts = 1 })
			err := f.Do(t.Context(), get("/v1/things"), nil)
			for name, kind := range kinds {
				wanted := strings.Contains(" "+strings.Join(test.want, ", ")+",", " "+name+",")
				if errors.Is(err, kind) != wanted {
					t.Errorf("%v: is %s: %t", err, name, !wanted)
				}
			}
			if Closed(err) != slices.Contains(closed, test.status) {
				t.Errorf("%v: closed to all: %t", err, Closed(err))
			}
			if trouble := Closed(err) || slices.Contains(test.want, "server") || slices.Contains(test.want, "invalid response"); Trouble(err) != trouble {
				t.Errorf("%v: trouble: %t", err, !trouble)
			}
			if e := asError(t, err); e.Status != test.status || e.Path != "/v1/things" || e.Method != http.MethodGet || e.RequestID == "" {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := map[string]*Error{
		"Testbill: GET /v1/things: 401 Unauthorized: Invalid API key (request req_1)": {
			Platform: "Testbill", Method: "GET", Path: "/v1/things", Status: 401, Message: "Invalid API key", RequestID: "req_1", Attempts: 1,
		},
		"Testbill: POST /v1/things: no answer within 30s; it may have taken effect": {
			Platform: "Testbill", Method: "POST", Path: "/v1/things", Attempts: 1, OutcomeUnknown: true, Err: errors.New("no answer within 30s"),
		},
		"Testbill: GET /v1/things: 429 Too Many Requests: slow (5 attempts, the server asked to wait 1m0s)": {
			Platform: "Testbill", Method: "GET", Path: "/v1/things", Status: 429, Message: "slow", Attempts: 5, RetryAfter: time.Minute,
		},
		"Testbill: POST /v1/things: 201 Created: it has no token; thing_1 was created": {
			Platform: "Testbill", Method: "POST", Path: "/v1/things", Status: 201, Attempts: 1, CreatedID: "thing_1", Err: errors.New("it has no token"),
		},
		"Testbill: GET /v1/things: 599: odd": {Platform: "Testbill", Method: "GET", Path: "/v1/things", Status: 599, Message: "odd"},
	}
	for want, err := range tests {
		if got := err.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestErrorRepeatsWordsSanely(t *testing.T) {
	t.Parallel()
	f := serve(t, answer(400, `{"error":"`+"line\\nline\\u001b[31m\\u0000 red "+strings.Repeat("é", 1000)+`"}`))
	e := asError(t, f.Do(t.Context(), get("/v1/things"), nil))
	if !strings.HasPrefix(e.Message, "line line [31m red é") || len(e.Message) > maxMessage+len("…") || strings.ContainsRune(e.Message, '\uFFFD') {
		t.Errorf("got %q", e.Message)
	}
	page := serve(t, answer(502, "<html>"+strings.Repeat("<p>Bad gateway", 1000), "Content-Type", "text/html"), func(c *Config) { c.MaxAttempts = 1 })
	err := page.Do(t.Context(), get("/v1/things"), nil)
	if text := fmt.Sprint(err); len(text) > 300 || strings.Contains(text, "<p>") || !strings.Contains(text, "text/html") {
		t.Errorf("got %s", text)
	}
}
