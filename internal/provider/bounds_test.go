package provider_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// An id with a line break or a space, as a file or a variable has it, is one clear error
// before any request, wherever it is written.
func TestIDsWithLineBreaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company, merchant := w.Credentials.Corebill.CompanyID, w.Credentials.Billium.MerchantID
	attribute := func(resource, attributes string) string {
		return resource + ` "x" {
			company_id = "` + company + `\n"
			` + attributes + `
		}`
	}
	var rows []refusal
	for _, c := range []struct {
		name   string
		world  *world
		config string
		want   string
	}{
		{"a key", w, attribute(`resource "keyward_corebill_api_key"`, `name = "x"
			permission_level = "read"`), "company_id is"},
		{"a webhook", w, attribute(`resource "keyward_corebill_webhook"`, `url = "https://example.com"
			events = ["invoice.paid"]`), "company_id is"},
		{"a list of keys", w, attribute(`data "keyward_corebill_api_keys"`, ``), "company_id is"},
		{"a log", w, attribute(`data "keyward_corebill_api_logs"`, ``), "company_id is"},
		{"an ephemeral key", w, attribute(`ephemeral "keyward_corebill_api_key"`, `name = "x"
			permission_level = "read"`), "company_id is"},
		{"a company", w, `data "keyward_corebill_company" "x" { id = "` + company + ` " }`, "id is"},
		{"the provider's company", w, `provider "keyward" { corebill = { company_id = "` + company + `\n" } }
			data "keyward_corebill_companies" "x" {}`, "corebill.company_id is"},
		{"the environment's merchant", w.with("BILLIUM_MERCHANT_ID", merchant+"\n"), `data "keyward_billium_merchant" "x" {}`, "billium.merchant_id is"},
		{"an import", w, `import {
			to = keyward_corebill_company.x
			id = "` + company + `\n"
		}
		resource "keyward_corebill_company" "x" { name = "x" }`, "the id to import is"},
	} {
		const common = "starts or ends with a space or a line break"
		both := regexp.MustCompile(`(?s)` + saysAnyCase(c.want).String() + ".*" + saysAnyCase(common).String())
		rows = append(rows, refusal{mistake{c.name, c.config, both}, c.world})
	}
	w.ResetRequests()
	refusesEach(t, rows, func() error { return exactly(0, len(w.Requests()), "requests") })
}

// A name that others gave is shown so that a person sees all of it.
func TestHostileNamesInDiagnostics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.CallCorebill(t, w.Credentials.Corebill.APIKey, "POST", "/companies?company_id="+w.Credentials.Corebill.CompanyID,
		map[string]any{"name": "pay\u202etxt"}).Want(t, 201)
	w.run(t, resource.TestStep{
		Config: corebillConfig(`name = "x"
			permission_level = "read"
			company_id = "com_000000000000"`),
		ExpectError: says(`pay\u202etxt`),
	})
}

// A credential of the other platform is never sent.
func TestSwappedCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ResetRequests()
	w.with("COREBILL_API_KEY", w.Credentials.Billium.APIKey, "BILLIUM_API_KEY", w.Credentials.Corebill.APIKey).run(t, resource.TestStep{
		Config:      `data "keyward_corebill_companies" "x" {}`,
		ExpectError: says("are COREBILL_API_KEY and BILLIUM_API_KEY"),
	})
	if err := exactly(0, len(w.Requests()), "requests"); err != nil {
		t.Error(err)
	}
}

// A platform that answers with nothing but 429 ends a plan once max_wait is over.
func TestMaxWait(t *testing.T) {
	t.Parallel()
	w, c := newClockedWorld(t)
	var refuse atomic.Bool
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !refuse.Load() {
				next.ServeHTTP(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "application/json")
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
			_, _ = rw.Write([]byte(`{"error":"slow down","statusCode":429,"message":"ThrottlerException: Too Many Requests"}`))
		})
	})
	w.sleep = func(ctx context.Context, d time.Duration) error { c.advance(d)(); return ctx.Err() }
	keys := corebillConfig(`name = "a"
		permission_level = "read"`) + strings.ReplaceAll(billiumConfig(`name = "b"`), "test", "other")
	block := func(wait string) string {
		return `provider "keyward" {
			corebill = { max_wait = "` + wait + `" }
			billium  = { max_wait = "` + wait + `" }
		}
		` + keys
	}
	var bad []refusal
	for wait, want := range map[string]string{
		"0s": "must be greater than zero", "30": "is not a valid duration (try 30m, 24h or 30d)", "-1h": "is not a valid duration",
	} {
		bad = append(bad, refusal{mistake{wait, block(wait), says(want)}, w})
	}
	refusesEach(t, bad, func() error { return nil })
	w.run(t,
		resource.TestStep{Config: keys},
		resource.TestStep{
			PreConfig:   func() { refuse.Store(true) },
			Config:      block("2m"),
			ExpectError: says("and Keyward waits no longer than 2m for that to end (max_wait in the block"),
		},
		resource.TestStep{PreConfig: func() { refuse.Store(false) }, Config: block("24h")},
	)
}
