package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// asKeyward makes this test binary behave as keyward does.
const asKeyward = "KEYWARD_TEST_AS_KEYWARD"

func TestMain(m *testing.M) {
	if os.Getenv(asKeyward) != "" {
		os.Exit(cli.Main("test", os.Args[1:]))
	}
	os.Exit(m.Run())
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	check(t, os.WriteFile(broken, []byte("x"), 0o600))
	tests := []struct {
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{[]string{"--version"}, 0, "keyward 1.2.3\n", ""},
		{nil, 0, "Exit codes: 0 fine, 1 findings, 2 it could not do its work", ""},
		{[]string{"sandbox", "--help"}, 0, `eval "$(keyward sandbox env)"`, ""},
		{[]string{"nothing"}, 2, "", `Error: unknown command "nothing"`},
		{[]string{"rotate"}, 2, "", "Error: keyward rotate needs a command: due\nRun 'keyward rotate --help' for usage"},
		{[]string{"rotate", "now"}, 2, "", `Error: unknown command "now" for "keyward rotate"`},
		{[]string{"rotate", "due", "--help"}, 0, "Exit codes: 0 nothing is due, 1 something is, 2 the input is invalid.", ""},
		{[]string{"token"}, 2, "", "Error: keyward token needs a command: decrypt"},
		{[]string{"token", "decrypt", "--help"}, 0, "keyward token decrypt --identity FILE [CIPHERTEXT]", ""},
		{[]string{"sandbox", "extra"}, 2, "", "Error: unknown command"},
		{[]string{"sandbox", "--port", "1"}, 2, "", "Error: unknown flag: --port\nRun 'keyward sandbox --help' for usage"},
		{[]string{"sandbox", "--rate-limits", "none"}, 2, "", `Error: --rate-limits: "none" is no choice of rate limits: it must be documented or off`},
		{[]string{"sandbox", "--database", ""}, 2, "", "Error: --database must not be empty"},
		{[]string{"sandbox", "--database", filepath.Join(dir, "none", "a.db")}, 2, "", "Error: starting the sandbox: opening the database"},
		{[]string{"sandbox", "--database", filepath.Join(dir, "a.db"), "--credentials", broken}, 2, "", "delete the file to get new keys, or name another"},
		{[]string{"sandbox", "--listen", "nowhere", "--database", filepath.Join(dir, "b.db"), "--credentials", filepath.Join(dir, "b.json")}, 2, "", "Error: listening at nowhere"},
		{[]string{"sandbox", "env", "--credentials", filepath.Join(dir, "none.json")}, 2, "", "Error: reading the credentials"},
		{[]string{"sandbox", "env", "--credentials", broken}, 2, "", "is not the JSON that the sandbox writes"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			code, stdout, stderr := run(t, test.args...)
			if code != test.code || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			if test.stdout == "" && stdout != "" || test.stderr == "" && stderr != "" {
				t.Errorf("too much is said: stdout %q, stderr %q", stdout, stderr)
			}
		})
	}
}

// process is a sandbox in a process of its own.
type process struct {
	cmd         *exec.Cmd
	credentials sandbox.Credentials
	// said is all of its output once it has ended.
	said *bytes.Buffer
	read chan error
}

func start(t *testing.T, dir string) *process {
	t.Helper()
	file := filepath.Join(dir, "it's.json")
	p := &process{said: &bytes.Buffer{}, read: make(chan error, 1)}
	p.cmd = exec.CommandContext(t.Context(), os.Args[0], "sandbox", "--listen", "127.0.0.1:0", "--log-requests",
		"--database", filepath.Join(dir, "a.db"), "--credentials", file)
	p.cmd.Env = append(os.Environ(), asKeyward+"=1")
	output, write := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = write, write
	check(t, p.cmd.Start())
	ready := make(chan struct{})
	go func() { p.read <- p.follow(output, ready) }()
	go func() { _ = write.CloseWithError(p.cmd.Wait()) }() // it never fails
	select {
	case <-ready:
	case err := <-p.read:
		t.Fatalf("the sandbox ended: %v\n%s", err, p.said)
	}
	credentials, err := sandbox.ReadCredentials(file)
	check(t, err)
	p.credentials = credentials
	return p
}

// follow collects the output and tells when the server is ready. It returns how
// the process ended.
func (p *process) follow(output io.Reader, ready chan struct{}) error {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		p.said.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "Ctrl-C") {
			close(ready)
		}
	}
	return lines.Err()
}

func (p *process) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	check(t, p.cmd.Process.Signal(signal))
	return <-p.read
}

func (p *process) call(t *testing.T, method, url, header, value, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	check(t, err)
	request.Header.Set(header, value)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	content, err := io.ReadAll(response.Body)
	check(t, errors.Join(err, response.Body.Close()))
	return response.StatusCode, string(content)
}

func (p *process) corebill(t *testing.T, token, method, path, body string) (int, string) {
	t.Helper()
	c := p.credentials.Corebill
	return p.call(t, method, c.BaseURL+"/v1"+path+"?company_id="+c.CompanyID, "Authorization", "Bearer "+token, body)
}

func (p *process) billium(t *testing.T, token, method, path, body string) (int, string) {
	t.Helper()
	c := p.credentials.Billium
	return p.call(t, method, c.BaseURL+"/v1/merchants/merchant/"+c.MerchantID+path, "x-api-key", token, body)
}

// field cuts a string field out of a JSON body.
func field(t *testing.T, body, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `"`+name+`":"`)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func TestSignalEndsItInOrder(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, dir)
			if status, _ := p.corebill(t, p.credentials.Corebill.APIKey, "GET", "/customers", ""); status != http.StatusOK {
				t.Errorf("it answers %d", status)
			}
			if err := p.end(t, signal); err != nil {
				t.Errorf("it ended with %v", err)
			}
			said := p.said.String()
			for _, want := range []string{"Keyward sandbox is ready at 127.0.0.1:", p.credentials.Corebill.BaseURL + "/v1", "sandbox env --credentials '" + dir, "(new keys)", "path=/v1/customers status=200"} {
				if !strings.Contains(said, want) {
					t.Errorf("it never said %q:\n%s", want, said)
				}
			}
			for _, token := range []string{p.credentials.Corebill.APIKey, p.credentials.Billium.APIKey} {
				if strings.Contains(said, token) {
					t.Error("it said a token")
				}
			}
			if left, err := filepath.Glob(filepath.Join(dir, "*-wal")); err != nil || len(left) > 0 {
				t.Errorf("it left %v, %v", left, err)
			}
		})
	}
}

// TestKillLosesNothingAcknowledged kills the server right after it has
// acknowledged the creation and the revocation of keys.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	admin, owner := p.credentials.Corebill.APIKey, p.credentials.Billium.APIKey
	type pair struct{ corebill, billium string }
	var alive, revoked pair
	for round := range 4 {
		_, corebillKey := p.corebill(t, admin, "POST", "/api_keys", `{"name":"a","permission_level":"read"}`)
		_, billiumKey := p.billium(t, owner, "POST", "/api-keys", `{"name":"a"}`)
		created := pair{field(t, corebillKey, "token"), field(t, billiumKey, "token")}
		if round%2 == 0 {
			alive = created
		} else {
			revoked = created
			if status, body := p.corebill(t, admin, "DELETE", "/api_keys/"+field(t, corebillKey, "id"), ""); status != http.StatusOK {
				t.Fatalf("revoking: %d %s", status, body)
			}
			if status, body := p.billium(t, owner, "DELETE", "/api-keys/"+field(t, billiumKey, "id"), ""); status != http.StatusOK {
				t.Fatalf("revoking: %d %s", status, body)
			}
		}
		if err := p.end(t, syscall.SIGKILL); err == nil {
			t.Fatal("the server outlived SIGKILL")
		}
		p = start(t, dir)
		if p.credentials.Corebill.APIKey != admin {
			t.Fatal("the credentials were replaced")
		}
		if status, _ := p.corebill(t, alive.corebill, "GET", "/customers", ""); status != http.StatusOK {
			t.Errorf("round %d: the created Corebill key is answered with %d", round, status)
		}
		if status, _ := p.billium(t, alive.billium, "GET", "/api-keys/current", ""); status != http.StatusOK {
			t.Errorf("round %d: the created Billium key is answered with %d", round, status)
		}
		if revoked.corebill == "" {
			continue
		}
		if status, _ := p.corebill(t, revoked.corebill, "GET", "/customers", ""); status != http.StatusUnauthorized {
			t.Errorf("round %d: the revoked Corebill key is answered with %d", round, status)
		}
		if status, _ := p.billium(t, revoked.billium, "GET", "/api-keys/current", ""); status != http.StatusUnauthorized {
			t.Errorf("round %d: the revoked Billium key is answered with %d", round, status)
		}
	}
	if err := p.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// TestEnv lets a shell evaluate what env prints.
func TestEnv(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	check(t, p.end(t, syscall.SIGTERM))
	file := filepath.Join(dir, "it's.json")
	code, stdout, stderr := run(t, "sandbox", "env", "--credentials", file)
	if code != 0 || stderr != "" || strings.Count(stdout, "export ") != 6 {
		t.Fatalf("exit %d, stderr %q", code, stderr)
	}
	shell := exec.CommandContext(context.WithoutCancel(t.Context()), "/bin/sh", "-ec",
		`. /dev/stdin; printf '%s\n' "$COREBILL_API_KEY" "$COREBILL_COMPANY_ID" "$COREBILL_BASE_URL" "$BILLIUM_API_KEY" "$BILLIUM_MERCHANT_ID" "$BILLIUM_BASE_URL"`)
	shell.Stdin = strings.NewReader(stdout)
	set, err := shell.Output()
	check(t, err)
	c := p.credentials
	want := strings.Join([]string{c.Corebill.APIKey, c.Corebill.CompanyID, c.Corebill.BaseURL, c.Billium.APIKey, c.Billium.MerchantID, c.Billium.BaseURL, ""}, "\n")
	if string(set) != want {
		t.Error("the shell has other values than the file")
	}
	if !corebill.ValidToken(c.Corebill.APIKey) || !billium.ValidToken(c.Billium.APIKey) {
		t.Error("the file holds no tokens")
	}
}
