package audit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// TestGaps audits with keys that may not see everything: the rest is audited,
// and what could not be read is said and never taken for gone.
func TestGaps(t *testing.T) {
	w := newWorld(t)
	w.clean()
	w.billium = w.sandbox.BilliumKeyAs(t, "OWNER", "merchant:view")
	w.sandbox.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/corebill/v1/api_logs") {
				http.Error(rw, `{"error":"Insufficient permissions."}`, http.StatusForbidden)
				return
			}
			next.ServeHTTP(rw, r)
		})
	})
	r := w.audit()
	for _, f := range r.Findings {
		if f.Rule == "gone" || f.Rule == "broader-than-used" && f.Object.Platform == inventory.Corebill {
			t.Errorf("%s: %s", f.ID, f.Title)
		}
	}
	got := []string{}
	for _, g := range r.Made.Gaps {
		part, _, _ := strings.Cut(g.Part, " of ")
		got = append(got, g.Source+" "+part)
		if !strings.Contains(g.Error, "403") || !strings.Contains(g.Error, "may not read this") {
			t.Errorf("a gap says %q", g.Error)
		}
	}
	want := "billium api_logs,billium invitations,billium keys,billium members,billium merchant,billium permission sets,billium webhooks,corebill api_logs"
	if strings.Join(got, ",") != want {
		t.Errorf("the gaps are %q", got)
	}
}

// TestBadCredential audits with a key that is no longer valid.
func TestBadCredential(t *testing.T) {
	w := newWorld(t)
	w.clean()
	w.corebill = w.sandbox.Credentials.Corebill.APIKey // it is revoked
	r := w.audit()
	if len(r.Made.Gaps) != 1 || r.Made.Gaps[0].Part != "companies" || !strings.Contains(r.Made.Gaps[0].Error, "Invalid API key") {
		t.Errorf("%+v", r.Made.Gaps)
	}
	if members, companies := count[*inventory.Member](r), count[*inventory.Company](r); members != 2 || companies != 0 {
		t.Errorf("read were %d members and %d companies", members, companies)
	}
}

func TestCancelled(t *testing.T) {
	w := newWorld(t)
	w.clean()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := audit.Run(ctx, w.options()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestOffline looks at the declarations alone.
func TestOffline(t *testing.T) {
	w := newWorld(t)
	w.everything()
	o := w.options()
	o.Access = nil
	r, err := audit.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	rules := []string{}
	for _, f := range r.Findings {
		rules = append(rules, f.Rule)
	}
	if got := strings.Join(rules, " "); got != "previous-overdue rotation-overdue token-in-state" {
		t.Errorf("found were %s", got)
	}
}

func TestEstimate(t *testing.T) {
	for _, test := range []struct {
		made, expected int
		minutes        float64
	}{{0, 0, 0}, {1, 8, 0}, {1, 50, 0}, {1, 51, 1}, {50, 101, 2}, {51, 101, 1}, {101, 101, 0}} {
		p := audit.Progress{BilliumRequests: test.made, BilliumExpected: test.expected}
		if got := p.AtMost().Minutes(); got != test.minutes {
			t.Errorf("%d of %d: %v minutes, want %v", test.made, test.expected, got, test.minutes)
		}
	}
}

// TestOverlappingAccounts audits one organization through three accounts, of
// which the first sees one company alone.
func TestOverlappingAccounts(t *testing.T) {
	w := newWorld(t)
	w.everything()
	alone := w.audit()
	o := w.options()
	w.corebill = w.sandbox.CorebillKey(t, w.first(), "read")
	narrow := w.access()
	o.Access.Corebill = append(narrow.Corebill, o.Access.Corebill[0], o.Access.Corebill[0])
	o.Access.Billium = append(o.Access.Billium, o.Access.Billium...)
	r, err := audit.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	keys, wantKeys := count[*audit.Key](r), count[*audit.Key](alone)+1
	if hooks, want := count[*inventory.Webhook](r), count[*inventory.Webhook](alone); keys != wantKeys || hooks != want {
		t.Errorf("%d keys, want %d; %d webhooks, want %d", keys, wantKeys, hooks, want)
	}
	if len(r.Made.Gaps) > 0 || len(r.Made.Sources) != 4 {
		t.Errorf("%+v", r.Made)
	}
}
