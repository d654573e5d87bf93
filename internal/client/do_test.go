package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDoSendsAndDecodes(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		answer(201, `{"id":"thing_1","news":true}`)(w, r)
	}, func(c *Config) { c.UserAgent = "keyward/1.2"; c.BaseURL += "/prefix/" })
	var out struct{ ID string }
	err := f.Do(t.Context(), Request{
		Method: http.MethodPost, Path: "/v1/things/" + url.PathEscape("a/b c"), Query: url.Values{"q": {"1&2"}},
		Body: map[string]string{"name": "x"}, IdempotencyKey: "once",
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"Authorization": "Bearer " + f.token, "Accept": "application/json", "Content-Type": "application/json",
		"User-Agent": "keyward/1.2", "Idempotency-Key": "once",
	}
	for name, value := range want {
		if got.Header.Get(name) != value {
			t.Errorf("header %s: got %q", name, got.Header.Get(name))
		}
	}
	if got.RequestURI != "/prefix/v1/things/a%2Fb%20c?q=1%262" || string(body) != `{"name":"x"}` || out.ID != "thing_1" {
		t.Errorf("got %s with %s, decoded %q", got.RequestURI, body, out.ID)
	}
}

func TestDoRetries(t *testing.T) {
	t.Parallel()
	ok := answer(200, `{}`)
	second := time.Second
	tests := map[string]struct {
		steps    []http.HandlerFunc
		request  Request
		requests int
		waits    []time.Duration
		fails    []error
	}{
		"429 with seconds": {
			steps:   []http.HandlerFunc{answer(429, `{"error":"slow"}`, "Retry-After", "7"), ok},
			request: post(""), requests: 2, waits: []time.Duration{7 * second},
		},
		"429 with a date": {
			steps:   []http.HandlerFunc{answer(429, `{"error":"slow"}`, "Date", noon.Format(http.TimeFormat), "Retry-After", noon.Add(9*second).Format(http.TimeFormat)), ok},
			request: get("/v1/things"), requests: 2, waits: []time.Duration{9 * second},
		},
		"429 that asks too much": {
			steps:   []http.HandlerFunc{answer(429, `{"error":"slow"}`, "Retry-After", "3600")},
			request: get("/v1/things"), requests: 1, fails: []error{ErrRateLimited},
		},
		"GET 5xx": {
			steps:   []http.HandlerFunc{answer(503, `{}`), answer(500, `{}`), ok},
			request: get("/v1/things"), requests: 3, waits: []time.Duration{second / 2, second},
		},
		"GET 5xx for good": {
			steps:   []http.HandlerFunc{answer(500, `{"error":"Internal server error"}`)},
			request: get("/v1/things"), requests: 5, waits: []time.Duration{second / 2, second, 2 * second, 4 * second}, fails: []error{ErrServer},
		},
		"PATCH, DELETE 5xx": {
			steps:   []http.HandlerFunc{answer(502, `<html>`, "Content-Type", "text/html"), ok},
			request: Request{Method: http.MethodDelete, Path: "/v1/things/1"}, requests: 2, waits: []time.Duration{second / 2},
		},
		"POST 500": {
			steps:   []http.HandlerFunc{answer(500, `{"error":"Internal server error"}`)},
			request: post(""), requests: 1, fails: []error{ErrServer, ErrOutcomeUnknown},
		},
		"POST 500 with a key": {
			steps:   []http.HandlerFunc{answer(500, `{}`), ok},
			request: post("k-1"), requests: 2, waits: []time.Duration{second / 2},
		},
		"POST cut": {
			steps:   []http.HandlerFunc{cut, ok},
			request: post(""), requests: 1, fails: []error{ErrConnection, ErrOutcomeUnknown},
		},
		"POST cut with a key": {
			steps:   []http.HandlerFunc{cut, ok},
			request: post("k-1"), requests: 2, waits: []time.Duration{second / 2},
		},
		"POST cut, then still in progress, then replayed": {
			steps:   []http.HandlerFunc{cut, answer(409, `{"error":"in progress"}`), ok},
			request: post("k-1"), requests: 3, waits: []time.Duration{second / 2, second},
		},
		"POST cut, then 401: still no one knows": {
			steps:   []http.HandlerFunc{cut, answer(401, `{"error":"Invalid API key"}`)},
			request: post("k-1"), requests: 2, waits: []time.Duration{second / 2}, fails: []error{ErrUnauthorized, ErrOutcomeUnknown},
		},
		"GET cut": {
			steps:   []http.HandlerFunc{cut, ok},
			request: get("/v1/things"), requests: 2, waits: []time.Duration{second / 2},
		},
		"GET cut within the body": {
			steps: []http.HandlerFunc{answer(200, `{`, "Content-Length", "50"), ok}, request: get("/v1/things"), requests: 2, waits: []time.Duration{second / 2},
		},
		"401": {steps: []http.HandlerFunc{answer(401, `{"error":"Invalid API key"}`)}, request: get("/v1/things"), requests: 1, fails: []error{ErrUnauthorized}},
		"403": {steps: []http.HandlerFunc{answer(403, `{"error":"No"}`)}, request: get("/v1/things"), requests: 1, fails: []error{ErrForbidden}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := inOrder(test.steps...)
			f := serve(t, steps.ServeHTTP)
			err := f.Do(t.Context(), test.request, &struct{}{})
			if (err != nil) != (len(test.fails) > 0) {
				t.Errorf("got error %v", err)
			}
			for _, kind := range test.fails {
				if !errors.Is(err, kind) {
					t.Errorf("%v is not %v", err, kind)
				}
			}
			if !slices.Contains(test.fails, ErrOutcomeUnknown) && errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("%v: nothing is unknown here", err)
			}
			if steps.requests() != test.requests || !slices.Equal(f.slept.taken, test.waits) {
				t.Errorf("got %d requests and waits of %s, want %d and %s", steps.requests(), f.slept.taken, test.requests, test.waits)
			}
			for _, key := range steps.keys {
				if key != test.request.IdempotencyKey {
					t.Errorf("a request had the idempotency key %q", key)
				}
			}
		})
	}
}

func TestDoTellsTheObserver(t *testing.T) {
	t.Parallel()
	f := serve(t, inOrder(answer(503, `{"error":"busy"}`), answer(200, `{}`)).ServeHTTP)
	request := get("/v1/things")
	request.Query = url.Values{"email": {"someone@example.org"}}
	if err := f.Do(t.Context(), request, nil); err != nil {
		t.Fatal(err)
	}
	common := Event{Platform: "Testbill", Method: "GET", Path: "/v1/things", RequestID: "req_0123456789abcdef"}
	first, second := common, common
	first.Attempt, first.Status, first.Retry, first.Wait = 1, 503, true, 500*time.Millisecond
	second.Attempt, second.Status = 2, 200
	got := f.seen()
	if len(got) != 2 || !errors.Is(got[0].Err, ErrServer) {
		t.Fatalf("got events %+v", got)
	}
	got[0].Err = nil
	if !reflect.DeepEqual(got, []Event{first, second}) {
		t.Errorf("got %+v", got)
	}
}

func TestDoRefusesAnswers(t *testing.T) {
	t.Parallel()
	html := answer(200, `<html><body>Log in</body></html>`, "Content-Type", "text/html; charset=utf-8")
	tests := map[string]struct {
		answer  http.HandlerFunc
		says    string
		created string
	}{
		"too large":            {answer(201, `{"id":"`+strings.Repeat("x", 1000)+`"}`), "larger than the limit of 256 bytes", ""},
		"HTML":                 {html, "text/html", ""},
		"empty":                {answer(200, ``), "an empty body", ""},
		"truncated JSON":       {answer(200, `{"id":`), "application/json", ""},
		"of another form":      {answer(201, `{"id":"thing_1","at":"yesterday"}`), "the answer is not the platform's: a time in it is not valid RFC 3339", "thing_1"},
		"an id of wrong type":  {answer(201, `{"id":7,"at":"2026-03-01T12:00:00Z"}`), "the answer is not the platform's: its ID is of another kind of JSON (number)", ""},
		"a list":               {answer(201, `[]`), "the answer is not the platform's: it is of another kind of JSON (array)", ""},
		"what Check refuses":   {answer(201, `{"id":"thing_2","at":"2026-03-01T12:00:00Z"}`), "too odd", "thing_2"},
		"refused, not created": {answer(200, `{"id":"thing_2","at":"2026-03-01T12:00:00Z"}`), "too odd", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := inOrder(test.answer)
			f := serve(t, steps.ServeHTTP, func(c *Config) { c.MaxResponseBytes = 256 })
			request := post("")
			request.Check = func() error { return errors.New("too odd") }
			var out struct {
				ID string
				At time.Time
			}
			err := f.Do(t.Context(), request, &out)
			if !errors.Is(err, ErrInvalidResponse) || !strings.Contains(err.Error(), test.says) || steps.requests() != 1 {
				t.Fatalf("got %v after %d requests", err, steps.requests())
			}
			e := asError(t, err)
			if e.CreatedID != test.created || e.OutcomeUnknown != (test.created == "") {
				t.Errorf("got the id %q, unknown: %t", e.CreatedID, e.OutcomeUnknown)
			}
		})
	}
}

func TestDoTakesRawJSON(t *testing.T) {
	t.Parallel()
	f := serve(t, answer(200, `{"a": 1}`))
	var raw json.RawMessage
	if err := f.Do(t.Context(), get("/v1/things"), &raw); err != nil || string(raw) != `{"a": 1}` {
		t.Errorf("got %s, %v", raw, err)
	}
}

func TestDoRefusesRequests(t *testing.T) {
	t.Parallel()
	steps := inOrder(answer(200, `{}`))
	f := serve(t, steps.ServeHTTP)
	tests := map[string]Request{
		"an empty id":             get("/v1/things/"),
		"an empty id within":      get("/v1/things//parts"),
		"a dot":                   get("/v1/things/."),
		"two dots":                get("/v1/things/.."),
		"a query in the path":     get("/v1/things?x=1"),
		"no slash":                get("v1/things"),
		"a bad escape":            get("/v1/%zz"),
		"a body that can't be":    {Method: "POST", Path: "/v1/things", Body: func() {}},
		"a long idempotency key":  post(strings.Repeat("k", 256)),
		"a blank idempotency key": post("a b"),
		"a line in a key":         post("a\r\nX-Other: b"),
	}
	for name, request := range tests {
		if err := f.Do(t.Context(), request, nil); !errors.Is(err, ErrBadRequest) || errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if steps.requests() != 0 {
		t.Errorf("%d requests were sent", steps.requests())
	}
}
