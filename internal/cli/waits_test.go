package cli_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A platform that answers with nothing but 429 ends every command, and a person is told
// once what it waits for.
func TestNothingButRefusals(t *testing.T) {
	st := newStage(t)
	st.sleep = func(ctx context.Context, d time.Duration) error { st.pass(d); return ctx.Err() }
	st.Intercept(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = w.Write([]byte(`{"error":"slow down","statusCode":429,"message":"ThrottlerException: Too Many Requests"}`))
		})
	})
	for _, command := range []string{"keys list", "keys list --max-wait 1h", "whoami --max-wait 30s", "audit", "logs", "import"} {
		args := strings.Fields(command)
		began := st.clock()
		code, _, stderr := st.keyward(t, args...)
		most := 10 * time.Minute
		for _, text := range []string{"1h", "30s"} {
			if strings.HasSuffix(command, text) {
				most, _ = time.ParseDuration(text)
			}
		}
		platforms := 2 // one after the other, each with its own time
		if took := st.clock().Sub(began); took < most-2*time.Second || took > time.Duration(platforms)*most {
			t.Errorf("%s took %s", command, took)
		}
		if code == 0 || !strings.Contains(stderr, "Waiting for ") || strings.Count(stderr, "Waiting for ") > platforms {
			t.Errorf("%s: exit %d, stderr %s", command, code, stderr)
		}
		if command == "keys list" {
			for _, want := range []string{"Waiting for Corebill: it answers every request with 429", "every request since 2026-03-01T", "no longer than 10m", "--max-wait sets how long"} {
				if !strings.Contains(stderr, want) {
					t.Errorf("%s: stderr doesn't say %q: %s", command, want, stderr)
				}
			}
		}
	}
	for text, want := range map[string]string{
		"0s": `"0s" must be greater than zero`, "30": `"30" is not a valid duration (try 30m, 24h or 30d)`, "-1h": "is not a valid duration",
	} {
		if code, _, stderr := st.keyward(t, "keys", "list", "--max-wait", text); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("--max-wait %s: exit %d, stderr %s", text, code, stderr)
		}
	}
}

// --max-wait is the run's, however many tokens and credentials ask.
func TestMaxWaitIsOneForAll(t *testing.T) {
	l := newLeak(t)
	for _, accounts := range []bool{true, false} {
		for name := range l.env {
			if !accounts && !strings.HasSuffix(name, "_BASE_URL") {
				l.env[name] = ""
			}
		}
		for header, value := range map[string]string{"Retry-After": "1", "X-Nothing": "1"} {
			l.sleep = func(ctx context.Context, d time.Duration) error { l.pass(d); return ctx.Err() }
			l.Intercept(func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					w.Header().Set(header, value)
					w.WriteHeader(http.StatusTooManyRequests)
					_, _ = w.Write([]byte(`{"error":"slow down","statusCode":429,"message":"ThrottlerException: Too Many Requests"}`))
				})
			})
			l.stdin = strings.NewReader(strings.Join(l.tokens, "\n"))
			began := l.clock()
			_, _, stderr := l.scan(t, "--verify", "-", "--max-wait", "5s")
			if took := l.clock().Sub(began); took > 10*time.Second { // two platforms
				t.Errorf("accounts %t, %s: it took %s: %s", accounts, header, took, stderr)
			}
			if !strings.Contains(stderr, "no longer than 5s") {
				t.Errorf("stderr: %s", stderr)
			}
		}
	}
}

// A person is told what a command waits for, be it a platform that is down or one that
// does not answer.
func TestLongWaitsAreTold(t *testing.T) {
	st := newStage(t)
	st.sleep = func(ctx context.Context, d time.Duration) error { st.pass(d); return ctx.Err() }
	var down bool
	st.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !down {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(http.StatusServiceUnavailable)
		})
	})
	st.after = func(_ time.Duration, f func()) func() { f(); return func() {} }
	if _, _, stderr := st.keyward(t, "keys", "list"); !strings.Contains(stderr, "Waiting for Corebill: GET /v1/companies has had no answer for 5s; it is given up at ") {
		t.Errorf("stderr: %s", stderr)
	}
	st.after, down = func(time.Duration, func()) func() { return func() {} }, true
	if _, _, stderr := st.keyward(t, "keys", "list"); !strings.Contains(stderr, "Waiting for Corebill: GET /v1/companies: 503 Service Unavailable") {
		t.Errorf("stderr: %s", stderr)
	}
}

// What is obviously wrong with a credential or an id is told before any request.
func TestWrongCredentialsAndIDs(t *testing.T) {
	st := newStage(t)
	c, b := st.Credentials.Corebill, st.Credentials.Billium
	for name, test := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"swapped":          {map[string]string{"COREBILL_API_KEY": b.APIKey, "BILLIUM_API_KEY": c.APIKey}, []string{"keys", "list"}, "are COREBILL_API_KEY and BILLIUM_API_KEY"},
		"swapped, whoami":  {map[string]string{"BILLIUM_API_KEY": c.APIKey}, []string{"whoami"}, "the Billium API key looks like a Corebill key"},
		"a company":        {map[string]string{"COREBILL_COMPANY_ID": c.CompanyID + "\n"}, []string{"keys", "list"}, "COREBILL_COMPANY_ID is"},
		"a merchant":       {map[string]string{"BILLIUM_MERCHANT_ID": b.MerchantID + " "}, []string{"audit"}, "BILLIUM_MERCHANT_ID is"},
		"a scope":          {nil, []string{"keys", "list", "--scope", c.CompanyID + "\n"}, "--scope is"},
		"a key of the log": {nil, []string{"logs", "--key", "key_a1b2c3d4e5f6\n"}, "--key is"},
		"a key to show":    {nil, []string{"keys", "show", "key_a1b2c3d4e5f6\n"}, "the argument is"},
		"a key to revoke":  {nil, []string{"keys", "revoke", "key_a1b2c3d4e5f6 ", "--yes"}, "the argument is"},
	} {
		t.Run(name, func(t *testing.T) {
			was := st.env
			defer func() { st.env = was }()
			st.env = map[string]string{}
			for name, value := range was {
				st.env[name] = value
			}
			for name, value := range test.env {
				st.env[name] = value
			}
			st.ResetRequests()
			code, stdout, stderr := st.keyward(t, test.args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, test.want) || len(st.Requests()) > 0 {
				t.Errorf("exit %d, stdout %q, stderr %q after %d requests", code, stdout, stderr, len(st.Requests()))
			}
		})
	}
}
