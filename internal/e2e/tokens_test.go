//go:build unix

package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tokensGuide is the guide whose blocks are tested here.
const tokensGuide = "tokens-out-of-state"

// sealedKey is a workspace in which the key of the guide on tokens is applied, in
// a folder of its own.
type sealedKey struct {
	world
	shell    *shell
	identity identity
	// keys is the folder.
	keys string
}

func newSealedKey(t *testing.T) sealedKey {
	t.Helper()
	w := newWorld(t)
	k := sealedKey{w, newShell(t, w.workspace), newIdentity(t), filepath.Join(w.dir, "keys")}
	if err := os.Mkdir(k.keys, 0o700); err != nil {
		t.Fatal(err)
	}
	w.writeFile(t, filepath.Join(k.keys, "main.tf"),
		"terraform {\n  required_providers {\n    keyward = { source = \"keyward/keyward\" }\n  }\n}\n"+fences(t, tokensGuide, "terraform")[0])
	k.shell.dir = k.keys
	k.apply(t, k.identity)
	return k
}

// apply encrypts the token to the identities.
func (k sealedKey) apply(t *testing.T, identities ...identity) {
	t.Helper()
	declare(t, k.keys, identities...)
	k.shell.run(t, "terraform apply -auto-approve -input=false")
}

// token decrypts the token, and makes sure that it is the key's and that neither
// the state nor a plan has it.
func (k sealedKey) token(t *testing.T, by identity) string {
	t.Helper()
	token := k.shell.run(t, "terraform output -raw checkout_token_encrypted | keyward token decrypt --identity "+by.file)
	shown := k.shell.run(t, "terraform show -json; cat terraform.tfstate; terraform plan -input=false -out=next.tfplan; terraform show -json next.tfplan")
	sum := sha256.Sum256([]byte(token))
	if !strings.Contains(shown, "sha256:"+hex.EncodeToString(sum[:])) {
		t.Error("the decrypted token has another fingerprint than the key")
	}
	if strings.Contains(shown, token) {
		t.Error("the token is in the state or in a plan")
	}
	k.CallBillium(t, token, http.MethodGet, "/api-keys/current", nil).Want(t, http.StatusOK)
	return token
}

// A token goes from the state to anyone who has the identity, and a change of the
// recipients brings a new one.
func TestTokenOutOfState(t *testing.T) {
	t.Parallel()
	k := newSealedKey(t)
	first := k.token(t, k.identity)
	second, third := newIdentity(t), newIdentity(t)
	k.apply(t, second, third)
	rotated := k.token(t, second)
	if rotated == first || rotated != k.token(t, third) {
		t.Error("the recipients have changed, but not the token")
	}
	refused := k.shell.exec(t, nil, "/bin/sh", "-c", "terraform output -raw checkout_token_encrypted | keyward token decrypt -i "+k.identity.file)
	if refused.code != 2 || refused.stdout != "" || !strings.Contains(refused.stderr, "is for none of the identities given") {
		t.Errorf("the recipient of before: %v", refused)
	}
}

// The pipelines of the guide hand the token over, and in no argument. The
// stores' own programs are stood in for: what is tested is our half of the pipe.
func TestTokenPipelines(t *testing.T) {
	t.Parallel()
	k := newSealedKey(t)
	if err := os.Symlink(k.identity.file, filepath.Join(k.keys, "keyward.txt")); err != nil {
		t.Fatal(err)
	}
	const record = `echo "$0 $*" >>"$RECORD.arguments"; `
	received := filepath.Join(t.TempDir(), "received")
	k.shell.environment = append(k.shell.environment, "RECORD="+received)
	k.shell.standIn(t, "vault", record+`cat >"$RECORD"`)
	k.shell.standIn(t, "aws", record+`cat /dev/stdin >"$RECORD"`)
	k.shell.standIn(t, "kubectl", record+`case $1 in create) cat /dev/stdin ;; apply) cat >"$RECORD" ;; esac`)
	token, tried := k.token(t, k.identity), 0
	for _, script := range fences(t, tokensGuide, "shell") {
		name, _, _ := strings.Cut(script, "\n")
		if !strings.HasPrefix(name, "# ") {
			continue
		}
		tried++
		refused := k.shell.exec(t, nil, "/bin/sh", "-c", strings.ReplaceAll(script, "keyward.txt", newIdentity(t).file))
		if _, err := os.Stat(received); refused.code == 0 || !os.IsNotExist(err) {
			t.Errorf("%s is written to though the token can't be decrypted", name)
		}
		k.shell.run(t, script)
		content, err := os.ReadFile(received)
		if err != nil || string(content) != token {
			t.Errorf("%s gets %d bytes, error %v", name, len(content), err)
		}
		if err := os.Remove(received); err != nil {
			t.Fatal(err)
		}
	}
	arguments, err := os.ReadFile(received + ".arguments")
	if err != nil || strings.Contains(string(arguments), token) {
		t.Errorf("the token is an argument, or there are none: %v", err)
	}
	if tried != 3 {
		t.Errorf("%d stores have been tried", tried)
	}
}

// The script of the guide hands a token over to the stores once for each
// generation, and neither of the two states has it.
func TestHandOver(t *testing.T) {
	t.Parallel()
	k := newSealedKey(t)
	k.requireTerraform(t, 11, "a write-only attribute")
	script, err := filepath.Abs("../../examples/ci/hand-over.sh")
	if err != nil {
		t.Fatal(err)
	}
	consumers := filepath.Join(k.dir, "consumers")
	if err := os.Mkdir(consumers, 0o700); err != nil {
		t.Fatal(err)
	}
	k.writeFile(t, filepath.Join(consumers, "main.tf"), fences(t, tokensGuide, "hcl")[0])
	stores, hand := &stores{}, *k.shell
	hand.dir, hand.environment = k.dir, append(slices.Clone(k.shell.environment), stores.start(t))
	hand.run(t, "terraform -chdir=consumers init -input=false")

	other := newIdentity(t)
	if refused := hand.exec(t, nil, script, other.file); refused.code == 0 || len(stores.seen()) > 0 {
		t.Errorf("another's identity: %v", refused)
	}
	first := k.token(t, k.identity)
	hand.run(t, script+" "+k.identity.file)
	wantInStores(t, stores.seen(), first)
	hand.run(t, script+" "+k.identity.file)
	wantInStores(t, stores.seen(), "")
	k.apply(t, other) // which rotates the key
	second := k.token(t, other)
	hand.run(t, script+" "+other.file)
	wantInStores(t, stores.seen(), second)
	for _, file := range []string{"keys/terraform.tfstate", "keys/terraform.tfstate.backup", "consumers/terraform.tfstate"} {
		content, err := os.ReadFile(filepath.Join(k.dir, file))
		if err != nil || strings.Contains(string(content), first) || strings.Contains(string(content), second) {
			t.Errorf("%s has a token, or can't be read: %v", file, err)
		}
	}
}

// wantInStores fails unless each store was given the token, once; nothing for an
// empty one.
func wantInStores(t *testing.T, seen map[string][]string, token string) {
	t.Helper()
	want := []string{token}
	if token == "" {
		want = nil
	}
	for _, kind := range []string{"kv_secret_v2", "secretsmanager_secret_version", "secret_v1"} {
		if !slices.Equal(seen[kind], want) {
			t.Errorf("%s was given %d values, and not the token once", kind, len(seen[kind]))
		}
	}
}

// With the token in the state, a store's write-only attribute takes it in the
// same apply, and the state has it once.
func TestTokenInOneStateOnly(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--rate-limits", "off")
	w := newWorkspace(t, s)
	w.requireTerraform(t, 11, "a write-only attribute")
	stores := &stores{}
	w.environment = append(w.environment, stores.start(t))
	w.configure(t, fences(t, tokensGuide, "terraform")[1]+fences(t, tokensGuide, "hcl")[1]+
		"\noutput \"token\" {\n  value     = keyward_corebill_api_key.reporting.token\n  sensitive = true\n}\n")
	w.run(t, nil, "apply", "-auto-approve", "-input=false")
	token := strings.TrimSpace(w.run(t, nil, "output", "-raw", "token"))
	if given := stores.seen()["kv_secret_v2"]; !slices.Equal(given, []string{token}) {
		t.Errorf("the store was given %d values, and not the token once", len(given))
	}
	wantText(t, w.run(t, nil, "plan", "-input=false"), "No changes.")
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if n := strings.Count(string(content), token); err != nil || n != 2 {
		t.Errorf("the state has the token %d times, want the key's and the output's; %v", n, err)
	}
}

// The guide's configurations are formatted as Terraform does it.
func TestConsumersAreFormatted(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, startSandbox(t))
	for i, block := range append(fences(t, tokensGuide, "hcl"), fences(t, tokensGuide, "terraform")...) {
		file := filepath.Join(t.TempDir(), "consumers.tf")
		w.writeFile(t, file, block)
		if diff := w.run(t, nil, "fmt", "-diff", "-write=false", file); diff != "" {
			t.Errorf("block %d is not formatted:\n%s", i+1, diff)
		}
	}
}
