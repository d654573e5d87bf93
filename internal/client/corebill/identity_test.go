package corebill_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// made is a key that a test has made.
type made struct{ id, token string }

func mint(t *testing.T, s *sandboxtest.Sandbox, company string) made {
	t.Helper()
	token := s.CorebillKey(t, company, platform.Read)
	return made{s.CorebillKeys(t)[0].ID, token}
}

// Five keys with one prefix, of every kind: each is told from the others, live,
// disabled or revoked.
func TestIdentify(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c, first := connect(t, s), s.Credentials.Corebill.CompanyID
	s.StartTokens("aB")
	organization, here, elsewhere := mint(t, s, ""), mint(t, s, first), mint(t, s, s.SecondCompanyID)
	disabled, revoked := mint(t, s, first), mint(t, s, s.SecondCompanyID)
	s.DisableKey(t, disabled.id)
	s.RevokeKey(t, revoked.id)
	for name, k := range map[string]struct {
		key     made
		refused bool
	}{
		"of the organization": {organization, false},
		"of the company":      {here, false},
		"of another company":  {elsewhere, false},
		"disabled":            {disabled, true},
		"revoked":             {revoked, true},
	} {
		got, err := c.Identify(t.Context(), first, client.NewSecret(k.key.token))
		if err != nil || got.KeyID != k.key.id || (got.Refusal != nil) != k.refused {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if k.refused {
			continue
		}
		presented, err := c.WithCredential(client.NewSecret(k.key.token))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := presented.IdentifySelf(t.Context()); err != nil || got.KeyID != k.key.id {
			t.Errorf("%s, by itself: %+v, %v", name, got, err)
		}
	}
	stranger := "sk_live_aB" + strings.Repeat("0", 38)
	if got, err := c.Identify(t.Context(), first, client.NewSecret(stranger)); !errors.Is(err, client.ErrUnidentified) || !client.Refused(err) {
		t.Errorf("a stranger's: %+v, %v", got, err)
	}
	// A company's key doesn't see what was asked of another company.
	reader, err := c.WithCredential(client.NewSecret(here.token))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Identify(t.Context(), first, client.NewSecret(revoked.token)); !errors.Is(err, client.ErrUnidentified) {
		t.Errorf("out of sight: %+v, %v", got, err)
	}
}

func TestOwnKey(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	first := s.Credentials.Corebill.CompanyID
	s.StartTokens("aB")
	keys := []made{mint(t, s, ""), mint(t, s, first), mint(t, s, "")}
	for _, key := range keys {
		own, err := connect(t, s).WithCredential(client.NewSecret(key.token))
		if err != nil {
			t.Fatal(err)
		}
		s.ResetRequests()
		if got, err := own.OwnKey(t.Context(), first); err != nil || got.ID != key.id || len(s.Requests()) != 3 {
			t.Errorf("%+v, %v after %d requests, want %s", got, err, len(s.Requests()), key.id)
		}
	}
	if _, err := connect(t, s).OwnKey(t.Context(), "com_nowhere00000"); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("a company that there isn't: %v", err)
	}
}

// A row that is late is waited for, for three seconds at most.
func TestOwnKeyWaitsForTheLog(t *testing.T) {
	t.Parallel()
	for late, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 2} {
		s := sandboxtest.Start(t)
		key := mint(t, s, "")
		reads, waited := 0, []time.Duration{}
		s.Intercept(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/corebill/v1/api_logs" {
					if reads++; reads <= late {
						r.URL.RawQuery += "&status=599"
					}
				}
				next.ServeHTTP(w, r)
			})
		})
		c, err := corebill.New(corebill.Options{
			BaseURL: s.Credentials.Corebill.BaseURL, APIKey: client.NewSecret(key.token),
			Sleep: func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.OwnKey(t.Context(), s.Credentials.Corebill.CompanyID)
		if (got != nil && got.ID == key.id) != (late < 3) || (err == nil) != (late < 3) || len(waited) != want {
			t.Errorf("%d late: %+v, %v, waited %v", late, got, err, waited)
		}
	}
}

// The row with the nonce tells, and no other: not one with another nonce, nor one
// that no key made, nor a log that can't be read.
func TestOwnKeyIsCertain(t *testing.T) {
	t.Parallel()
	nonce := regexp.MustCompile(`nonce [0-9a-f]{40}\)$`)
	row := func(agent, key string) string {
		return fmt.Sprintf(`{"id":"log_a1b2c3d4e5f6","object":"api_log","api_key_id":%s,"company_id":%q,"method":"GET","path":"/v1/companies","status":200,"duration_ms":1,"ip":"","user_agent":%q,%s}`, key, companyID, agent, created)
	}
	token := newToken(t)
	if strings.HasPrefix(token, "sk_live_zz") {
		token = "sk_live_yy" + token[10:]
	}
	for name, test := range map[string]struct {
		logs   func(agent string) (status int, rows []string)
		prefix string
		want   string
	}{
		"its row among others": {func(agent string) (int, []string) {
			return 200, []string{row("keyward (nonce "+strings.Repeat("0", 40)+")", `"key_other0000000"`), row("curl", `"key_other0000000"`), row(agent, `"`+keyID+`"`)}
		}, token[:10], keyID},
		"its row of another key":            {func(agent string) (int, []string) { return 200, []string{row(agent, `"`+keyID+`"`)} }, "sk_live_zz", ""},
		"its row of a key that isn't there": {func(agent string) (int, []string) { return 200, []string{row(agent, `"key_gone00000000"`)} }, "", ""},
		"others' rows alone": {func(string) (int, []string) {
			return 200, []string{row("keyward (nonce "+strings.Repeat("0", 40)+")", `"key_other0000000"`), row("keyward", `"key_other0000000"`)}
		}, "", ""},
		"a row of no key":            {func(agent string) (int, []string) { return 200, []string{row(agent, "null")} }, "", ""},
		"an empty log":               {func(string) (int, []string) { return 200, nil }, "", ""},
		"a log that may not be read": {func(string) (int, []string) { return 403, nil }, "", ""},
		"a log that can't be read":   {func(string) (int, []string) { return 503, nil }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agent := ""
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				status, rows := 200, []string(nil)
				switch r.URL.Path {
				case "/v1/companies":
					agent = r.UserAgent()
				case "/v1/api_logs":
					status, rows = test.logs(agent)
				case "/v1/api_keys/" + keyID:
					_, _ = fmt.Fprintf(w, `{"id":%q,"object":"api_key","name":"a","company_id":null,"permission_level":"read","key_prefix":%q,"disabled":false,"created_by":"dashboard",%s}`,
						keyID, test.prefix, created)
					return
				default:
					status = 404
				}
				w.WriteHeader(status)
				if status != 200 {
					_, _ = fmt.Fprint(w, `{"error":"no"}`)
					return
				}
				_, _ = fmt.Fprintf(w, `{"object":"list","url":"/v1/x","data":[%s],"has_more":false,"next_cursor":null}`, strings.Join(rows, ","))
			}))
			defer server.Close()
			c, err := corebill.New(corebill.Options{
				BaseURL: server.URL, APIKey: client.NewSecret(token), MaxAttempts: 1,
				Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
			if err != nil {
				t.Fatal(err)
			}
			key, err := c.OwnKey(t.Context(), companyID)
			got := ""
			if err == nil {
				got = key.ID
			}
			if got != test.want || (err != nil) != (test.want == "") || err != nil && !errors.Is(err, client.ErrUnidentified) {
				t.Errorf("%q, %v", got, err)
			}
			if !nonce.MatchString(agent) || client.WithoutNonce(agent) != "keyward" {
				t.Errorf("user agent %q", agent)
			}
		})
	}
}
