package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// world is a sandbox, whose clock the test moves, and a state that declares it.
type world struct {
	t       *testing.T
	sandbox *sandboxtest.Sandbox
	clock   atomic.Int64
	now     time.Time
	state   []map[string]any
	policy  audit.Policy

	baseline     *audit.Baseline
	merchantName string
	// corebill and billium are the tokens that the audit is made with.
	corebill, billium string
}

// answering answers deliveries: down.example.com with 500, others with 200.
type answering struct{}

func (answering) RoundTrip(r *http.Request) (*http.Response, error) {
	status := http.StatusOK
	if r.URL.Hostname() == "down.example.com" {
		status = http.StatusInternalServerError
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}, nil
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: noon, policy: audit.DefaultPolicy()}
	w.policy.MaxAdmins, w.policy.EmailDomains = 1, []string{"example.com"}
	w.daysAgo(400)
	w.sandbox = sandboxtest.Start(t, sandboxtest.WithClock(func() time.Time { return time.UnixMicro(w.clock.Load()) }),
		sandboxtest.WithTransport(answering{}))
	return w
}

func (w *world) daysAgo(n int) { w.clock.Store(w.now.Add(-time.Duration(n) * audit.Day).UnixMicro()) }

// text is a value that is one.
func text(value any) string {
	s, _ := value.(string)
	return s
}

// key is a created key: what the platform says of it, and its token.
type key struct {
	answer map[string]any
	token  string
}

func (k key) id() string { return text(k.answer["id"]) }

func (w *world) first() string  { return w.sandbox.Credentials.Corebill.CompanyID }
func (w *world) second() string { return w.sandbox.SecondCompanyID }

func created(t *testing.T, answer sandboxtest.Answer) key {
	t.Helper()
	object := answer.Want(t, http.StatusCreated).Object(t)
	token, _ := object["token"].(string)
	delete(object, "token")
	return key{object, token}
}

// corebillKey makes a key of the company, or of the organization for "".
func (w *world) corebillKey(company, name, level string) key {
	body := map[string]any{"name": name, "permission_level": level}
	query := company
	if company == "" {
		query, body["company_id"] = w.first(), nil
	}
	return created(w.t, w.sandbox.CallCorebill(w.t, w.sandbox.Credentials.Corebill.APIKey, "POST", "/api_keys?company_id="+query, body))
}

func (w *world) billiumKey(name string, body map[string]any) key {
	body["name"] = name
	return created(w.t, w.sandbox.CallBillium(w.t, w.sandbox.Credentials.Billium.APIKey, "POST", "/api-keys", body))
}

// declare adds an object to the state, as the provider would: the platform's
// answer in the provider's words, and more.
func (w *world) declare(resource, name string, values map[string]any, more ...any) map[string]any {
	for i := 0; i < len(more); i += 2 {
		values[text(more[i])] = more[i+1]
	}
	w.state = append(w.state, map[string]any{
		"address": resource + "." + name, "mode": "managed", "type": resource, "name": name, "schema_version": 0, "values": values,
		"provider_name": "registry.terraform.io/keyward/keyward",
	})
	return values
}

func (w *world) declareCorebillKey(k key, more ...any) {
	w.declare("keyward_corebill_api_key", label(k), map[string]any{
		"id": k.answer["id"], "name": k.answer["name"], "company_id": k.answer["company_id"], "permission_level": k.answer["permission_level"],
		"created_at": k.answer["created_at"], "token": nil, "previous": nil, "rotate_due": nil,
	}, more...)
}

func (w *world) declareBilliumKey(k key, more ...any) {
	w.declare("keyward_billium_api_key", label(k), map[string]any{
		"id": k.answer["id"], "name": k.answer["name"], "merchant_id": k.answer["merchantId"], "type": k.answer["type"],
		"permissions": k.answer["permissions"], "effective_permissions": k.answer["permissions"],
		"created_at": k.answer["createdAt"], "token": nil,
	}, more...)
}

func label(k key) string {
	return strings.ReplaceAll(strings.ToLower(text(k.answer["name"])), " ", "_") + "_" + k.id()[len(k.id())-4:]
}

// get has a key used.
func (w *world) get(k key, company string) {
	w.sandbox.CallCorebill(w.t, k.token, "GET", "/customers?company_id="+company, nil).Want(w.t, http.StatusOK)
}

func (w *world) audit() *audit.Report {
	w.t.Helper()
	w.clock.Store(w.now.UnixMicro())
	r, err := audit.Run(w.t.Context(), w.options())
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) options() audit.Options {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "state.json")
	document := map[string]any{
		"format_version": "1.0", "terraform_version": "1.14.0",
		"values": map[string]any{"root_module": map[string]any{"resources": w.state}},
	}
	content, err := json.Marshal(document)
	if err == nil {
		err = os.WriteFile(file, content, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return audit.Options{
		States: []string{file}, Content: os.ReadFile, Access: w.access(), Policy: w.policy, Ping: true, Baseline: w.baseline, Version: "test",
		Now: func() time.Time { return w.now },
	}
}

func (w *world) access() *inventory.Accounts {
	w.t.Helper()
	c := w.sandbox.Credentials
	environment := map[string]string{
		"COREBILL_API_KEY": w.corebill, "COREBILL_BASE_URL": c.Corebill.BaseURL, "BILLIUM_API_KEY": w.billium,
		"BILLIUM_MERCHANT_ID": c.Billium.MerchantID, "BILLIUM_BASE_URL": c.Billium.BaseURL,
	}
	access, err := inventory.Load("", func(name string) string { return environment[name] }, client.Options{
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return access
}

// count is how many live objects of a type a report has.
func count[T inventory.Item](r *audit.Report) int {
	return len(slices.Collect(audit.Live[T](r.Inventory)))
}
