package inventory_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// accounts are Corebill's through two credentials, of which the first sees one company
// alone, and Billium's through one that sees no team.
func accounts(t *testing.T, s *sandboxtest.Sandbox) *inventory.Accounts {
	t.Helper()
	load := func(corebill, billium string) *inventory.Accounts {
		env := map[string]string{
			"COREBILL_API_KEY": corebill, "COREBILL_BASE_URL": s.Credentials.Corebill.BaseURL,
			"BILLIUM_API_KEY": billium, "BILLIUM_MERCHANT_ID": s.Credentials.Billium.MerchantID, "BILLIUM_BASE_URL": s.Credentials.Billium.BaseURL,
		}
		got, err := inventory.Load("", func(name string) string { return env[name] }, client.Options{})
		check(t, err)
		return got
	}
	one := load(s.CorebillKey(t, s.SecondCompanyID, "read"), s.BilliumKeyAs(t, "OWNER", "api_key:view", "merchant:view", "webhook:view"))
	one.Corebill = append(one.Corebill, load(s.Credentials.Corebill.APIKey, "sk_"+strings.Repeat("0", 96)).Corebill...)
	one.Corebill[0].Name, one.Corebill[1].Name = "narrow", "whole"
	return one
}

// Everything comes once, with what could not be read, whichever way it is read.
func TestRead(t *testing.T) {
	s := sandboxtest.Start(t)
	for _, company := range []string{s.Credentials.Corebill.CompanyID, s.SecondCompanyID} {
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "POST", "/webhooks?company_id="+company,
			map[string]any{"url": "https://example.com/" + company, "events": []string{"invoice.paid"}}).Want(t, http.StatusCreated)
	}
	access := accounts(t, s)
	for _, sequential := range []bool{true, false} {
		count, gaps, through := map[inventory.Kind]int{}, []string{}, map[string]string{}
		for page := range inventory.New(access).Read(t.Context(), inventory.ReadOptions{Sequential: sequential}) {
			if page.Err != nil {
				gaps = append(gaps, page.Account.Name+": "+page.Part())
				if !errors.Is(page.Err, client.ErrForbidden) {
					t.Error(page.Err)
				}
			}
			for _, item := range page.Objects {
				ref := item.Ref()
				count[ref.Kind]++
				if through[ref.ID] != "" {
					t.Errorf("%s comes twice", ref.Label())
				}
				through[ref.ID] = page.Account.Name
			}
		}
		merchant := s.Credentials.Billium.MerchantID
		want := []string{"billium: invitations of " + merchant, "billium: members of " + merchant, "billium: merchant of " + merchant}
		if slices.Sort(gaps); !slices.Equal(gaps, want) {
			t.Errorf("sequential %v: the gaps are %q", sequential, gaps)
		}
		if got := fmt.Sprint(count); got != "map[company:2 key:4 merchant:1 webhook:2]" {
			t.Errorf("sequential %v: %s", sequential, got)
		}
		if through[s.SecondCompanyID] != "narrow" || through[s.Credentials.Corebill.CompanyID] != "whole" {
			t.Errorf("sequential %v: %v", sequential, through)
		}
	}
}

// What is not asked for is not read, and reading can end early.
func TestReadWhatIsWanted(t *testing.T) {
	s := sandboxtest.Start(t)
	access := accounts(t, s)
	webhooks := func(platform inventory.Platform, kind inventory.Kind) bool {
		return platform == inventory.Billium && kind == inventory.KindWebhook
	}
	for page := range inventory.New(access).Read(t.Context(), inventory.ReadOptions{Wants: webhooks}) {
		if page.Account.Platform != inventory.Billium || page.Kind != "" && page.Kind != inventory.KindWebhook {
			t.Errorf("it has read the %s", page.Part())
		}
	}
	for _, sequential := range []bool{true, false} {
		pages := 0
		for range inventory.New(access).Read(t.Context(), inventory.ReadOptions{Sequential: sequential}) {
			if pages++; pages == 2 {
				break
			}
		}
	}
}

// A webhook is pinged through the account that has read it, and one that could not be
// read is not asked again for each of them.
func TestPingAsksNoAccountAgainThatCouldNotBeRead(t *testing.T) {
	s := sandboxtest.Start(t)
	for i := range 3 {
		s.CallCorebill(t, s.Credentials.Corebill.APIKey, "POST", "/webhooks?company_id="+s.Credentials.Corebill.CompanyID,
			map[string]any{"url": fmt.Sprintf("https://example.com/%d", i), "events": []string{"invoice.paid"}}).Want(t, http.StatusCreated)
	}
	access := accounts(t, s)
	narrow, lists := "Bearer "+access.Corebill[0].Credential.Reveal(), 0
	s.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == narrow {
				lists++
				w.WriteHeader(http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	inv := inventory.New(access)
	var hooks []*inventory.Webhook
	for page := range inv.Read(t.Context(), inventory.ReadOptions{}) {
		for _, item := range page.Objects {
			if hook, ok := item.(*inventory.Webhook); ok && hook.Platform == inventory.Corebill {
				hooks = append(hooks, hook)
			}
		}
	}
	before := lists
	for _, hook := range hooks {
		check(t, inv.Ping(t.Context(), hook))
	}
	if len(hooks) != 3 || before == 0 || lists != before {
		t.Errorf("%d webhooks; the account that failed was asked %d times, %d more for the pings", len(hooks), before, lists-before)
	}
}
