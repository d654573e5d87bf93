package tokencrypt_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pair is a recipient and the file of its identity.
type pair struct{ recipient, identity string }

func classic(t *testing.T) pair {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	check(t, err)
	return pair{identity.Recipient().String(), identity.String()}
}

func quantum(t *testing.T) pair {
	t.Helper()
	identity, err := age.GenerateHybridIdentity()
	check(t, err)
	return pair{identity.Recipient().String(), identity.String()}
}

// sshPair makes an SSH key, with a passphrase unless that is empty.
func sshPair(t *testing.T, key any, passphrase string) pair {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(key)
	check(t, err)
	block, err := ssh.MarshalPrivateKey(key, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
	}
	check(t, err)
	return pair{string(ssh.MarshalAuthorizedKey(signer.PublicKey())), string(pem.EncodeToMemory(block))}
}

func sshEd25519(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	return key
}

func sshRSA(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	check(t, err)
	return key
}

func newToken(t *testing.T) string {
	t.Helper()
	token, err := billium.NewToken(rand.Reader, billium.Secret)
	check(t, err)
	return token
}

func seal(t *testing.T, token string, recipients ...string) string {
	t.Helper()
	parsed, err := tokencrypt.ParseRecipients(recipients)
	check(t, err)
	ciphertext, err := tokencrypt.Encrypt(token, parsed)
	check(t, err)
	return ciphertext
}

func open(t *testing.T, ciphertext, identity string) (string, error) {
	t.Helper()
	identities, err := tokencrypt.ParseIdentities([]byte(identity))
	check(t, err)
	return tokencrypt.Decrypt(ciphertext, identities)
}

// Each of several recipients decrypts, and no one else.
func TestEachRecipientDecrypts(t *testing.T) {
	classics := []pair{classic(t), classic(t), sshPair(t, sshEd25519(t), ""), sshPair(t, sshRSA(t, 2048), "")}
	for name, pairs := range map[string][]pair{
		"classic": classics[:1], "post-quantum": {quantum(t), quantum(t)}, "many": classics,
	} {
		t.Run(name, func(t *testing.T) {
			token := newToken(t)
			var recipients []string
			for _, p := range pairs {
				recipients = append(recipients, p.recipient)
			}
			ciphertext := seal(t, token, recipients...)
			if strings.Contains(ciphertext, token) || ciphertext == seal(t, token, recipients...) {
				t.Error("the ciphertext hides nothing")
			}
			for i, p := range pairs {
				if got, err := open(t, ciphertext, p.identity); err != nil || got != token {
					t.Errorf("recipient %d gets another token, error %v", i+1, err)
				}
			}
			for _, stranger := range []pair{classic(t), quantum(t), sshPair(t, sshEd25519(t), "")} {
				if _, err := open(t, ciphertext, stranger.identity); !errors.Is(err, tokencrypt.ErrNoIdentity) {
					t.Errorf("a stranger gets %v", err)
				}
			}
		})
	}
}

// A ciphertext survives what shells and files do to it.
func TestSpaceAround(t *testing.T) {
	key, token := classic(t), newToken(t)
	ciphertext := seal(t, token, "\n "+key.recipient+"\n")
	for name, text := range map[string]string{
		"none":    strings.TrimSpace(ciphertext),
		"around":  "\n\t" + ciphertext + "\n\n",
		"windows": strings.ReplaceAll(ciphertext, "\n", "\r\n"),
	} {
		identity := "# created: today\r\n# public key: " + key.recipient + "\r\n" + key.identity + "\r\n"
		if got, err := open(t, text, identity); err != nil || got != token {
			t.Errorf("%s: it gives another token, error %v", name, err)
		}
	}
}

func TestDamagedCiphertexts(t *testing.T) {
	key := classic(t)
	ciphertext := seal(t, newToken(t), key.recipient)
	lines := strings.Split(ciphertext, "\n")
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"empty":          {"", "not an age ciphertext"},
		"a token":        {"sk_", "not an age ciphertext"},
		"quoted":         {`"` + ciphertext + `"`, "it does not start with"},
		"cut off":        {strings.Join(lines[:3], "\n"), "decrypting: "},
		"its end is off": {strings.Join(lines[:len(lines)-3], "\n") + "\n" + lines[len(lines)-2] + "\n", "decrypting: "},
		"one after it":   {ciphertext + ciphertext, "decrypting: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := open(t, test.text, key.identity)
			if err == nil || got != "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if errors.Is(err, tokencrypt.ErrNoCiphertext) == strings.HasPrefix(test.want, "decrypting") {
				t.Errorf("%v is of the wrong kind", err)
			}
		})
	}
}
