package cli_test

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// leak is a stage where one token of each kind and state has been written to
// files, whose names are relative to the working directory.
type leak struct {
	*stage

	tokens []string
}

func newLeak(t *testing.T) *leak {
	t.Helper()
	l := &leak{stage: newStage(t)}
	company := l.Credentials.Corebill.CompanyID
	live, disabled, revoked := l.corebillKey(t, company, "ci", "write"), l.billiumKey(t, map[string]any{"name": "old build"}), l.corebillKey(t, company, "gone", "read")
	public := l.billiumKey(t, map[string]any{"name": "shop", "type": "PUBLIC"})
	for !l.distinct(t) {
		return newLeak(t)
	}
	l.DisableKey(t, disabled.id)
	l.RevokeKey(t, revoked.id)
	hook := l.CallCorebill(t, l.Credentials.Corebill.APIKey, "POST", "/webhooks?company_id="+company,
		map[string]any{"url": "https://example.com/hook", "events": []string{"invoice.paid"}}).Want(t, 201)
	stranger, err := billium.NewToken(zeroes{}, billium.Secret)
	check(t, err)
	l.tokens = []string{live.token, disabled.token, revoked.token, public.token, hook.Text(t, "secret"), stranger}

	t.Chdir(t.TempDir())
	check(t, os.MkdirAll("src", 0o750))
	check(t, os.WriteFile("src/deploy.sh", []byte("#!/bin/sh\nexport COREBILL_API_KEY="+live.token+"\n"), 0o600))
	check(t, os.WriteFile("src/old.env", []byte("A="+disabled.token+"\nB="+revoked.token+"\n"), 0o600))
	check(t, os.WriteFile("src/shop.js", []byte("pay('"+public.token+"')\nlisten(`"+l.tokens[4]+"`)\n"), 0o600))
	check(t, os.WriteFile("src/vendor.txt", []byte(stranger), 0o600))
	return l
}

// zeroes is a source of the same token each time.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i * 7)
	}
	return len(p), nil
}

// scan runs the command and makes sure that it shows no token.
func (l *leak) scan(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = l.keyward(t, append([]string{"scan"}, args...)...)
	for _, token := range l.tokens {
		if strings.Contains(stdout+stderr, token[17:37]) {
			t.Errorf("keyward scan %s shows a token", strings.Join(args, " "))
		}
	}
	// Webhooks' secrets are random too, and no key's prefix.
	stable := strings.NewReplacer(l.tokens[4][:10], "whsec_0001")
	return code, stable.Replace(stdout), stable.Replace(stderr)
}

func TestScan(t *testing.T) {
	l := newLeak(t)
	for name, format := range map[string]string{"table.txt": "table", "json.json": "json", "csv.csv": "csv", "markdown.md": "markdown", "sarif.json": "sarif"} {
		t.Run(format, func(t *testing.T) {
			dir, err := os.Getwd()
			check(t, err)
			code, stdout, stderr := l.scan(t, "-o", format, "src")
			if code != 1 {
				t.Errorf("exit %d", code)
			}
			t.Chdir(testdata)
			golden(t, filepath.Join("scan", name), stdout)
			golden(t, filepath.Join("scan", "stderr.txt"), stderr)
			t.Chdir(dir)
		})
	}
}

// testdata is this package's directory: golden files are below it.
var testdata = func() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return dir
}()

func TestScanVerify(t *testing.T) {
	l := newLeak(t)
	code, stdout, stderr := l.scan(t, "--verify", "-o", "csv", "src")
	t.Chdir(testdata)
	golden(t, filepath.Join("scan", "verified.csv"), stdout)
	if code != 1 || !strings.Contains(stderr, "\n6 tokens in 4 files: 2 live, 1 possibly live, 1 disabled, 1 revoked, 1 refused.\n") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// What a proxy says is no answer about a key.
func TestScanVerifyByTheWrongOne(t *testing.T) {
	l := newLeak(t)
	l.Intercept(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusUnauthorized)
			_, err := w.Write([]byte("<h1>Log in</h1>"))
			check(t, err)
		})
	})
	code, stdout, stderr := l.scan(t, "--verify", "-o", "csv", "src/deploy.sh")
	if code != 1 || !strings.Contains(stdout, "Corebill API key,unknown,") || !strings.Contains(stderr, "could not be verified: ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

// A proxy may refuse in the platform's form, and may refuse everyone in its words: both
// tell nothing of a token. Only an answer of the platform's own does, where it does not
// refuse the account's credential as well.
func TestScanVerifyByAnImitation(t *testing.T) {
	l := newLeak(t)
	var status int
	var body string
	var paths string
	l.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, paths) {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, err := w.Write([]byte(body))
			check(t, err)
		})
	})
	for _, test := range []struct {
		status            int
		body, paths, says string
	}{
		{401, `{"error":"login required"}`, "", "that is not how Corebill answers an API key"},
		{403, `{"error":"blocked by policy"}`, "", "that is not how Corebill answers an API key"},
		{401, `{"error":"Invalid API key"}`, "", "the account's own credential is refused, too"},
		{403, `{"error":"Insufficient permissions. Write access required."}`, "", "the account's own credential is refused, too"},
		{401, `{"statusCode":401,"message":"login required","error":"Unauthorized"}`, "/api-keys/current", "that is not how Billium answers an API key"},
		{403, `{"statusCode":403,"message":"Forbidden"}`, "/api-keys/current", "that is not how Billium answers an API key"},
		{401, `{"statusCode":401,"message":"Invalid API key","error":"Unauthorized"}`, "/api-keys/current", "the account's own credential is refused, too"},
	} {
		status, body, paths = test.status, test.body, test.paths
		file := "src/deploy.sh"
		if strings.Contains(test.says, "Billium") || strings.Contains(test.body, "statusCode") {
			file = "src/vendor.txt"
		}
		code, stdout, stderr := l.scan(t, "--verify", "-o", "csv", file)
		if code != 1 || strings.Contains(stdout, "verified") || !strings.Contains(stderr, "could not be verified: ") || !strings.Contains(stderr, test.says) {
			t.Errorf("%d %s: exit %d: %s%s", test.status, test.body, code, stdout, stderr)
		}
		if code, _, stderr := l.scan(t, "--verify", "--fail-on", "critical", file); code != 2 || !strings.Contains(stderr, "Error: 1 token could not be verified") {
			t.Errorf("%d %s: exit %d: %s", test.status, test.body, code, stderr)
		}
	}
}

// TestScanSendsNoToken holds the platforms' own logs of requests: no key that was
// found has made one.
func TestScanSendsNoToken(t *testing.T) {
	l := newLeak(t)
	before := l.CorebillKeys(t)
	l.scan(t, "src")
	for i, k := range l.CorebillKeys(t) {
		if k.Name == "ci" && k.LastUsedAt != before[i].LastUsedAt {
			t.Error("the key that was found has been used")
		}
	}
}

func TestScanWithoutAccounts(t *testing.T) {
	l := newLeak(t)
	for name := range l.env {
		if !strings.HasSuffix(name, "_BASE_URL") {
			l.env[name] = ""
		}
	}
	code, _, stderr := l.scan(t, "src")
	if code != 1 || stderr != "Note: no account is configured, so which of the tokens are live is not known (keyward doctor tells more).\n6 tokens in 4 files: 6 unknown.\n" {
		t.Errorf("exit %d: %s", code, stderr)
	}
	code, _, stderr = l.scan(t, "--offline", "--fail-on", "critical", "src")
	if code != 0 || stderr != "6 tokens in 4 files: 6 unknown.\n" {
		t.Errorf("offline: exit %d: %s", code, stderr)
	}
	code, _, stderr = l.scan(t, "--verify", "src")
	if code != 1 || !strings.Contains(stderr, "\n6 tokens in 4 files: 2 live, 1 unknown, 1 disabled, 2 refused.\n") {
		t.Errorf("verified: exit %d: %s", code, stderr)
	}
}

func TestScanOfStdin(t *testing.T) {
	l := newLeak(t)
	l.stdin = strings.NewReader("nothing\n" + l.tokens[0])
	code, stdout, stderr := l.scan(t, "-o", "csv", "-")
	if code != 1 || !strings.Contains(stdout, "\nstdin:2,sk_live_") || !strings.HasPrefix(stderr, "1 token in 1 file: 1 possibly live.") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestScanOfNothing(t *testing.T) {
	l := newLeak(t)
	check(t, os.WriteFile("clean", []byte("nothing"), 0o600))
	for format, want := range map[string]string{"table": "", "json": "[]\n", "csv": "where,token,what,status,commit,key,last_used\n"} {
		code, stdout, stderr := l.scan(t, "-o", format, "clean")
		if code != 0 || stdout != want || stderr != "No token in 1 file.\n" {
			t.Errorf("%s: exit %d: %q %q", format, code, stdout, stderr)
		}
	}
}

func TestScanTroubles(t *testing.T) {
	l := newLeak(t)
	check(t, os.WriteFile("clean", []byte("nothing"), 0o600))
	check(t, os.WriteFile("many", []byte(strings.Join(l.tokens, "\n")+"\n"), 0o600))
	check(t, os.WriteFile("one.zip", []byte("PK\x03\x04"), 0o600))
	check(t, os.MkdirAll("empty", 0o750))
	check(t, os.MkdirAll("repository/.git", 0o750))
	socket, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", "socket") // no file can be read less
	check(t, err)
	defer socket.Close() //nolint:errcheck // the test's directory goes with it
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{}, 2, "Error: that is not what it takes, which is: keyward scan PATH... [flags]\nRun 'keyward scan --help' for usage\n"},
		{[]string{"none"}, 2, "Error: scanning: stat none: no such file or directory\n"},
		{[]string{l.tokens[0]}, 2, "…: no such file or directory\n"},
		{[]string{"--offline", "--verify", "clean"}, 2, "Error: --verify asks the platforms: leave --offline out\n"},
		{[]string{"--range", "x", "clean"}, 2, "Error: --range is for --git\n"},
		{[]string{"--git", "a", "b"}, 2, "Error: --git takes one PATH: the repository\n"},
		{[]string{"--git", "."}, 2, "Error: opening the repository at .: git rev-parse: not a git repository"},
		{[]string{"--fail-on", "worst", "clean"}, 2, `Error: --fail-on: "worst" is no severity`},
		{[]string{"--accounts", "none.json", "many"}, 2, "none.json"},
		{[]string{"one.zip"}, 0, "Note: one.zip is an archive or compressed: it was not unpacked.\n"},
		{[]string{"clean", "socket"}, 2, "Warning: open socket: "},
		{[]string{"many", "socket"}, 1, "Warning: open socket: "},
		{[]string{"many", "socket"}, 1, "The scan is not complete: see the warnings above.\n"},
		{[]string{"empty"}, 0, "No token in 0 files. There is none there: nothing was looked at.\n"},
		{[]string{"repository"}, 0, "No token in 0 files. The git history was not looked at: --git does that.\n"},
		{[]string{"-"}, 0, "Note: stdin is an archive or compressed: it was not unpacked.\n"},
	} {
		l.stdin = strings.NewReader("PK\x03\x04")
		code, _, stderr := l.scan(t, test.args...)
		if code != test.code || !strings.Contains(stderr, test.want) {
			t.Errorf("%q: exit %d: %s", test.args, code, stderr)
		}
	}
	l.env["COREBILL_API_KEY"] = l.tokens[2] // revoked
	code, _, stderr := l.scan(t, "many")
	if code != 1 || !strings.Contains(stderr, `Warning: the account "corebill" could not be asked: `) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestScanWithAListOfKeys needs no credential, and asks no one.
func TestScanWithAListOfKeys(t *testing.T) {
	l := newLeak(t)
	var list strings.Builder
	e := &env.Env{Version: "1.2.3", Stdout: &list, Getenv: func(name string) string { return l.env[name] }, Now: l.clock}
	if code := cli.Run(t.Context(), e, []string{"keys", "list", "--revoked", "-o", "json"}); code != 0 {
		t.Fatal(code)
	}
	check(t, os.WriteFile("keys.json", []byte(list.String()), 0o600))
	l.env = map[string]string{}
	code, stdout, stderr := l.scan(t, "--keys", "keys.json", "-o", "csv", "src")
	if code != 1 || !strings.HasPrefix(stderr, "6 tokens in 4 files: 2 possibly live, 2 unknown, 1 possibly disabled, 1 possibly revoked.\n") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for content, want := range map[string]string{
		"{": "is not what `keyward keys list --revoked --output json` writes", `[{"platform":"corebill"}]`: "element 1 of keys.json is not a key",
	} {
		check(t, os.WriteFile("keys.json", []byte(content), 0o600))
		if code, _, stderr := l.scan(t, "--keys", "keys.json", "src"); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d: %s", content, code, stderr)
		}
	}
}

// TestScanOfGit finds what is in the history alone.
func TestScanOfGit(t *testing.T) {
	l := newLeak(t)
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
		"GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
	} {
		t.Setenv(name, value)
	}
	var commit string
	for _, args := range []string{"init -q", "add src/deploy.sh", "commit -q -m one", "rev-parse HEAD", "rm -q src/deploy.sh", "commit -q -m two"} {
		out, err := exec.CommandContext(t.Context(), "git", strings.Fields(args)...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
		commit = commit + strings.TrimSpace(string(out))
	}
	code, stdout, stderr := l.scan(t, "--git", "-o", "csv", ".")
	if code != 1 || !strings.Contains(stdout, "\nsrc/deploy.sh:2,sk_live_02,Corebill API key,possibly live,"+commit[:10]+",,") {
		t.Errorf("exit %d: %s", code, stdout)
	}
	if !strings.HasPrefix(stderr, "1 token in 3 objects of git: 1 possibly live.\n") {
		t.Errorf("%s", stderr)
	}
	if code, _, stderr = l.scan(t, "--git", "--range", "HEAD^..HEAD", "."); code != 0 || stderr != "No token in 1 object of git.\n" {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
