package cli_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// stage is a sandbox and what keyward has around it, on one clock that stands still
// unless a test moves it.
type stage struct {
	*sandboxtest.Sandbox

	stdin io.Reader
	env   map[string]string
	sleep func(context.Context, time.Duration) error
	after func(time.Duration, func()) (stop func())
	exec  func(ctx context.Context, name string, args ...string) ([]byte, error)

	// skew is how far this machine's clock is ahead of the platform's.
	skew time.Duration

	mu  sync.Mutex
	now time.Time
}

// newStage starts with the bootstrap keys alone, used by no one.
func newStage(t *testing.T, options ...sandboxtest.Option) *stage {
	t.Helper()
	st := &stage{now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), stdin: strings.NewReader(""), env: map[string]string{}}
	st.Sandbox = sandboxtest.Start(t, append(options, sandboxtest.WithClock(st.clock))...)
	// An HTTP server writes its own time into answers.
	st.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", st.clock().UTC().Format(http.TimeFormat))
			next.ServeHTTP(w, r)
		})
	})
	c, b := st.Credentials.Corebill, st.Credentials.Billium
	for name, value := range map[string]string{
		"COREBILL_API_KEY": c.APIKey, "COREBILL_COMPANY_ID": c.CompanyID, "COREBILL_BASE_URL": c.BaseURL,
		"BILLIUM_API_KEY": b.APIKey, "BILLIUM_MERCHANT_ID": b.MerchantID, "BILLIUM_BASE_URL": b.BaseURL,
	} {
		st.env[name] = value
	}
	return st
}

func (st *stage) clock() time.Time {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.now
}

// pass moves the clock.
func (st *stage) pass(d time.Duration) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.now = st.now.Add(d)
}

// created is what a creation answers.
type created struct{ id, token string }

// corebillKey creates a key of a company, an hour after what was before.
func (st *stage) corebillKey(t *testing.T, company, name, level string) created {
	t.Helper()
	st.pass(time.Hour)
	answer := st.CallCorebill(t, st.Credentials.Corebill.APIKey, "POST", "/api_keys?company_id="+company,
		map[string]any{"name": name, "permission_level": level}).Want(t, 201)
	return created{answer.Text(t, "id"), answer.Text(t, "token")}
}

// billiumKey creates a key, an hour after what was before.
func (st *stage) billiumKey(t *testing.T, body map[string]any) created {
	t.Helper()
	st.pass(time.Hour)
	answer := st.CallBillium(t, st.Credentials.Billium.APIKey, "POST", "/api-keys", body).Want(t, 201)
	return created{answer.Text(t, "id"), answer.Text(t, "token")}
}

// keyward runs the command line and returns what it said, without what is
// another each time.
func (st *stage) keyward(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return st.keywardTo(t, &bytes.Buffer{}, args...)
}

// writer is where a command's output goes and is read from.
type writer interface {
	io.Writer
	String() string
}

func (st *stage) keywardTo(t *testing.T, out writer, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = st.rawKeywardTo(t, out, args...)
	stable := st.stabilize(t)
	return code, stable(stdout), stable(stderr)
}

// rawKeyward is keyward with ids and prefixes as they are.
func (st *stage) rawKeyward(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return st.rawKeywardTo(t, &bytes.Buffer{}, args...)
}

func (st *stage) rawKeywardTo(t *testing.T, out writer, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var errors bytes.Buffer
	e := &env.Env{Version: "1.2.3", Stdin: st.stdin, Stdout: out, Stderr: &errors, Getenv: func(name string) string { return st.env[name] }, Now: func() time.Time { return st.clock().Add(st.skew) }, Sleep: st.sleep, AfterFunc: st.after, Exec: st.exec}
	code = cli.Run(t.Context(), e, args)
	for _, token := range []string{st.Credentials.Corebill.APIKey, st.Credentials.Billium.APIKey} {
		if strings.Contains(out.String()+errors.String(), token) {
			t.Errorf("keyward %s says a token", strings.Join(args, " "))
		}
	}
	return code, out.String(), errors.String()
}

// requestIDs are another each time, too.
var requestIDs = regexp.MustCompile(`request req_[0-9a-f]+`)

// nonces are, too.
var nonces = regexp.MustCompile(`nonce [0-9a-f]{40}`)

var randomID = regexp.MustCompile(`\b(com|cus|wh|key|mer|pset|tm|invite|log)_([0-9a-f]{32}|[0-9a-z]{12})\b`)

// provisionalHash is that of a scope's random id, among others.
var provisionalHash = regexp.MustCompile(`keyward pending [0-9a-f]{16}`)

// stabilize returns what replaces ids, prefixes of tokens and addresses by others
// of the same length that are the same each time: ids are counted as they come,
// prefixes by the age of their keys.
func (st *stage) stabilize(t *testing.T) func(string) string {
	t.Helper()
	var pairs []string
	corebillKeys, billiumKeys := st.CorebillKeys(t), st.BilliumKeys(t)
	slices.Reverse(corebillKeys)
	slices.Reverse(billiumKeys)
	for i, k := range corebillKeys {
		pairs = append(pairs, k.KeyPrefix, fmt.Sprintf("sk_live_%02d", i+1))
	}
	for i, k := range billiumKeys {
		pairs = append(pairs, k.KeyPrefix, fmt.Sprintf("%s%013d", k.KeyPrefix[:3], i+1))
	}
	known := strings.NewReplacer(append(pairs, st.URL, "http://127.0.0.1:1")...)
	return func(text string) string {
		text = provisionalHash.ReplaceAllString(text, "keyward pending 0123456789abcdef")
		ids := map[string]string{}
		numbers := map[string]int{}
		text = nonces.ReplaceAllString(text, "nonce 0")
		return randomID.ReplaceAllStringFunc(known.Replace(text), func(id string) string {
			if ids[id] == "" {
				kind, unique, _ := strings.Cut(id, "_")
				numbers[kind]++
				ids[id] = fmt.Sprintf("%s_%0*d", kind, len(unique), numbers[kind])
			}
			return ids[id]
		})
	}
}

// distinct reports whether no two keys have the same prefix, of which Corebill
// shows two random characters only.
func (st *stage) distinct(t *testing.T) bool {
	t.Helper()
	seen := map[string]bool{}
	for _, k := range st.CorebillKeys(t) {
		if seen[k.KeyPrefix] {
			return false
		}
		seen[k.KeyPrefix] = true
	}
	return true
}

// goldenFiles are found from wherever a test works.
var goldenFiles, _ = filepath.Abs("testdata")

// golden compares with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(goldenFiles, name)
	if *update {
		check(t, os.MkdirAll(filepath.Dir(file), 0o750))
		check(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	check(t, err)
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\ngot\n%s\nwant\n%s", file, got, want)
	}
}
