package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func corebillToken(t testing.TB) string {
	t.Helper()
	token, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func billiumToken(t testing.TB, keyType billium.KeyType) string {
	t.Helper()
	token, err := billium.NewToken(rand.Reader, keyType)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// naps stands in for the passing of time: it records waits and ends at once.
type naps struct {
	mu    sync.Mutex
	taken []time.Duration
}

func (n *naps) sleep(ctx context.Context, d time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.taken = append(n.taken, d)
	return ctx.Err()
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// testConfig is a platform whose errors look like Corebill's, on a clock that
// stands still.
func testConfig(base, token string, slept *naps) Config {
	return Config{
		Options: Options{
			BaseURL: base, APIKey: NewSecret(token),
			Now: func() time.Time { return noon }, Sleep: slept.sleep, Rand: func() float64 { return 0 },
		},
		Platform:  "Testbill",
		Authorize: func(h http.Header, s Secret) { h.Set("Authorization", "Bearer "+s.Reveal()) },
		ErrorMessage: func(body []byte) string {
			var envelope struct{ Error string }
			if json.Unmarshal(body, &envelope) != nil {
				return ""
			}
			return envelope.Error
		},
		NoRoute: func(message string) bool { return message == "Not found" },
	}
}

// fixture is a server, a client of it, and what both saw.
type fixture struct {
	*Client
	server *httptest.Server
	slept  *naps
	token  string
	mu     sync.Mutex
	events []Event
}

func (f *fixture) seen() []Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Event(nil), f.events...)
}

func serve(t testing.TB, handler http.HandlerFunc, change ...func(*Config)) *fixture {
	t.Helper()
	f := &fixture{server: httptest.NewServer(handler), slept: &naps{}, token: corebillToken(t)}
	t.Cleanup(f.server.Close)
	config := testConfig(f.server.URL, f.token, f.slept)
	config.Observe = func(_ context.Context, e Event) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events = append(f.events, e)
	}
	for _, c := range change {
		c(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	f.Client = c
	return f
}

// script answers with one step after the other, and the last one from then on.
type script struct {
	mu    sync.Mutex
	steps []http.HandlerFunc
	count int
	keys  []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	step := s.steps[min(s.count, len(s.steps)-1)]
	s.count++
	s.keys = append(s.keys, r.Header.Get("Idempotency-Key"))
	s.mu.Unlock()
	step(w, r)
}

func (s *script) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

func inOrder(steps ...http.HandlerFunc) *script { return &script{steps: steps} }

func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "req_0123456789abcdef")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}

// cut closes the connection once the request has arrived.
func cut(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = connection.Close()
}

func asError(t testing.TB, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %T (%v), want a *client.Error", err, err)
	}
	return e
}

func get(path string) Request { return Request{Method: http.MethodGet, Path: path} }

func post(key string) Request {
	return Request{Method: http.MethodPost, Path: "/v1/things", Body: map[string]string{"name": "x"}, IdempotencyKey: key}
}
