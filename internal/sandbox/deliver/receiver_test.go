package deliver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

type fields = map[string]any

var start = time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: start} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a sandbox and an endpoint to deliver to.
type world struct {
	*sandboxtest.Sandbox
	*receiver

	clock *clock
}

// both runs a test in a fresh world on each database.
func both(t *testing.T, test func(t *testing.T, w world), options ...sandboxtest.Option) {
	t.Helper()
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		c := newClock()
		options := append([]sandboxtest.Option{sandboxtest.WithDatabase(database), sandboxtest.WithClock(c.Now)}, options...)
		r := newReceiver(t)
		test(t, world{sandboxtest.Start(t, options...), r, c})
	})
}

// received is one request as an endpoint gets it.
type received struct {
	header http.Header
	body   []byte
	fields fields
}

// receiver is an endpoint that keeps what it gets. It checks signatures with
// code of its own.
type receiver struct {
	hook string

	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{answer: func(http.ResponseWriter, *http.Request) {}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Errorf("reading a delivery: %v", err)
		}
		one := received{header: request.Header, body: body}
		if err := json.Unmarshal(body, &one.fields); err != nil {
			t.Errorf("a delivery is no JSON: %v", err)
		}
		if request.Method != http.MethodPost || request.Header.Get("Content-Type") != "application/json" {
			t.Errorf("a delivery is %s %s", request.Method, request.Header.Get("Content-Type"))
		}
		r.mu.Lock()
		r.got = append(r.got, one)
		answer := r.answer
		r.mu.Unlock()
		answer(w, request)
	}))
	t.Cleanup(server.Close)
	r.hook = server.URL + "/hook"
	return r
}

// answers lets the endpoint answer with the status from now on.
func (r *receiver) answers(status int) {
	r.handles(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

func (r *receiver) handles(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// take returns what came since it was last called.
func (r *receiver) take() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

// one is take where exactly one delivery must have come.
func (r *receiver) one(t *testing.T) received {
	t.Helper()
	got := r.take()
	if len(got) != 1 {
		t.Fatalf("%d deliveries came, want 1", len(got))
	}
	return got[0]
}

// none fails the test where something came.
func (r *receiver) none(t *testing.T, why string) {
	t.Helper()
	if got := r.take(); len(got) != 0 {
		t.Errorf("%s: %d deliveries came, the first is %s", why, len(got), got[0].body)
	}
}

func mac(secret, text string) string {
	hash := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(hash, text)
	return hex.EncodeToString(hash.Sum(nil))
}

// corebillHook makes a webhook of Corebill and returns its id and secret.
func (w world) corebillHook(t *testing.T, events ...string) (id, secret string) {
	t.Helper()
	answer := w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", w.scoped("/webhooks"), fields{"url": w.hook, "events": events}).Want(t, 201)
	return answer.Text(t, "id"), answer.Text(t, "secret")
}

// billiumHook is corebillHook for Billium; more are further fields.
func (w world) billiumHook(t *testing.T, more fields, events ...string) (id, secret string) {
	t.Helper()
	request := fields{"url": w.hook, "events": events}
	for name, value := range more {
		request[name] = value
	}
	answer := w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/webhooks", request).Want(t, 201)
	return answer.Text(t, "id"), answer.Text(t, "secret")
}

func (w world) scoped(path string) string {
	return path + "?company_id=" + w.Credentials.Corebill.CompanyID
}

func (w world) createCustomer(t *testing.T) sandboxtest.Answer {
	t.Helper()
	return w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", w.scoped("/customers"), fields{"name": "Ann & Co", "email": "ann@example.com"}).Want(t, 201)
}

func (w world) createInvoice(t *testing.T, headers ...string) sandboxtest.Answer {
	t.Helper()
	return w.CallBillium(t, w.Credentials.Billium.APIKey, "POST", "/invoices", fields{"amount": "12.50", "currency": "USDT"}, headers...).Want(t, 201)
}

// signatures splits a Billium signature into its time and what is signed.
func signatures(t *testing.T, header http.Header) (stamp string, macs []string) {
	t.Helper()
	for part := range strings.SplitSeq(header.Get("x-signature"), ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "t":
			stamp = value
		case "v1":
			macs = append(macs, value)
		default:
			t.Errorf("the signature has %q", part)
		}
	}
	return stamp, macs
}

func text[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}
