package cli_test

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

// sealing is a token, its ciphertext and the identity that opens it.
type sealing struct{ token, ciphertext, identity string }

func newSealing(t *testing.T) sealing {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	check(t, err)
	token, err := corebill.NewToken(rand.Reader)
	check(t, err)
	ciphertext, err := tokencrypt.Encrypt(token, []age.Recipient{identity.Recipient()})
	check(t, err)
	return sealing{token, ciphertext, identity.String()}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// The token comes back whichever of the two comes from a file, and nothing but
// the token.
func TestTokenDecrypt(t *testing.T) {
	s := newSealing(t)
	key, ciphertext := write(t, "key.txt", "# a comment\n"+s.identity+"\n"), write(t, "token.age", s.ciphertext)
	for _, test := range []struct {
		name  string
		stdin string
		args  []string
	}{
		{"ciphertext from stdin", s.ciphertext, []string{"--identity", key}},
		{"without its last line break", strings.TrimSpace(s.ciphertext), []string{"-i", key}},
		{"by name", s.ciphertext, []string{"-i", key, "-"}},
		{"identity from stdin", s.identity, []string{"-i", "-", ciphertext}},
		{"two files", "", []string{"-i", key, ciphertext}},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := pipe(t, test.stdin, append([]string{"token", "decrypt"}, test.args...)...)
			if code != 0 || stdout != s.token || stderr != "" {
				t.Errorf("exit %d, %d bytes on stdout, stderr %q", code, len(stdout), stderr)
			}
		})
	}
}

func TestTokenDecryptRefusals(t *testing.T) {
	s, other := newSealing(t), newSealing(t)
	key, stranger := write(t, "key.txt", s.identity), write(t, "other.txt", other.identity)
	public := write(t, "public.txt", "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgp")
	quoted, err := json.Marshal(s.ciphertext)
	check(t, err)
	for _, test := range []struct {
		name  string
		stdin string
		args  []string
		want  string
	}{
		{"no identity", s.ciphertext, nil, "Error: --identity must name the file of the identity to decrypt with\n"},
		{"both from stdin", s.ciphertext, []string{"-i", "-"}, "Error: identity and ciphertext can't both come from stdin: name a file for one of them\n"},
		{"no such identity", s.ciphertext, []string{"-i", "none.txt"}, "Error: reading the identity: open none.txt: "},
		{"the identity itself", s.ciphertext, []string{"-i", s.identity}, "Error: an argument is an identity itself, which other users of this machine can see in the process list"},
		{"the identity as ciphertext", "", []string{"-i", key, s.identity}, "Error: an argument is an identity itself"},
		{"a recipient", s.ciphertext, []string{"-i", public}, "public.txt can't be used: it is a recipient, which encrypts"},
		{"another's identity", s.ciphertext, []string{"-i", stranger}, "other.txt: the ciphertext is for none of the identities given: its recipients are of the kind X25519\n"},
		{"no such ciphertext", "", []string{"-i", key, "none.age"}, "Error: reading the ciphertext: open none.age: "},
		{"nothing", "\n", []string{"-i", key}, "Error: (stdin): not an age ciphertext: it does not start with \"-----BEGIN AGE ENCRYPTED FILE-----\"; it is empty"},
		{"a token", s.token, []string{"-i", key}, "Error: (stdin): not an age ciphertext: it does not start with \"-----BEGIN AGE ENCRYPTED FILE-----\"\n"},
		{"an output as JSON", string(quoted), []string{"-i", key}, "; `terraform output -raw NAME` prints it as it is\n"},
		{"an output for people", "<<EOT\n" + s.ciphertext + "\nEOT\n", []string{"-i", key}, "; `terraform output -raw NAME` prints it as it is\n"},
		{"cut off", s.ciphertext[:120], []string{"-i", key}, "Error: (stdin): decrypting: "},
		{"two ciphertexts", "", []string{"-i", key, "a", "b"}, "Error: that is not what it takes, which is: keyward token decrypt --identity FILE [CIPHERTEXT] [flags]\nRun 'keyward token decrypt --help' for usage\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := pipe(t, test.stdin, append([]string{"token", "decrypt"}, test.args...)...)
			if code != 2 || stdout != "" || !strings.HasPrefix(stderr, "Error: ") || !strings.Contains(stderr, test.want) {
				t.Errorf("exit %d, %d bytes on stdout, stderr %q", code, len(stdout), stderr)
			}
			for _, secret := range []string{s.token, s.identity, other.identity} {
				if strings.Contains(strings.ToUpper(stderr), strings.ToUpper(secret)) {
					t.Error("the error repeats a secret")
				}
			}
		})
	}
}

// A shell pipes the ciphertext into a process of its own, which prints the token
// and shows the identity to no one.
func TestTokenDecryptInAPipe(t *testing.T) {
	s := newSealing(t)
	command := exec.CommandContext(t.Context(), "/bin/sh", "-ec", `cat "$CIPHERTEXT" | "$KEYWARD" token decrypt -i "$IDENTITY"`)
	command.Env = append(os.Environ(), asKeyward+"=1", "KEYWARD="+os.Args[0],
		"CIPHERTEXT="+write(t, "token.age", s.ciphertext), "IDENTITY="+write(t, "key.txt", s.identity))
	if token, err := command.Output(); err != nil || string(token) != s.token {
		t.Errorf("%d bytes, error %v", len(token), err)
	}
	// A stdin that has nothing is not waited for.
	null, err := os.Open(os.DevNull)
	check(t, err)
	t.Cleanup(func() { check(t, null.Close()) })
	alone := exec.CommandContext(t.Context(), os.Args[0], "token", "decrypt", "-i", write(t, "key.txt", s.identity))
	alone.Env, alone.Stdin = append(os.Environ(), asKeyward+"=1"), null
	if out, err := alone.CombinedOutput(); err == nil || !strings.Contains(string(out), "(stdin): not an age ciphertext") {
		t.Errorf("error %v, it says %q", err, out)
	}
}
