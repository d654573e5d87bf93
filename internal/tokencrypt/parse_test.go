package tokencrypt_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

func TestRefusedRecipients(t *testing.T) {
	key, other := classic(t), quantum(t)
	shell := sshPair(t, sshEd25519(t), "")
	body := strings.ToLower(strings.TrimPrefix(key.identity, "AGE-SECRET-KEY-1"))
	for _, test := range []struct {
		name  string
		words []string
		want  string
		// secret must not be repeated.
		secret string
	}{
		{"none", nil, "there is no recipient: no one could decrypt the token", ""},
		{"empty", []string{key.recipient, " "}, "recipient 2 is empty", ""},
		{"an identity", []string{key.recipient, key.identity}, "recipient 2 is a secret identity: declare its public key instead", body},
		{"an identity in lower case", []string{strings.ToLower(key.identity)}, "the recipient is a secret identity", body},
		{"a post-quantum identity", []string{other.identity}, "the recipient is a secret identity", strings.TrimPrefix(other.identity, "AGE-SECRET-KEY-PQ-1")},
		{"a plugin's identity", []string{"AGE-PLUGIN-YUBIKEY-1QQP"}, "the recipient is a secret identity", "1QQP"},
		{"a whole key file", []string{"# public key: " + key.recipient + "\n" + key.identity}, "the recipient is a secret identity", body},
		{"a recipient with its identity", []string{key.recipient + "\n" + key.identity}, "the recipient is a secret identity", body},
		{"an SSH private key", []string{shell.identity}, "the recipient is a private key: declare the public key instead", shell.identity[40:80]},
		{"several lines", []string{key.recipient + "\n" + key.recipient}, "the recipient has several lines", ""},
		{"a typing error", []string{mistyped(key.recipient)}, "the recipient is wrong: malformed recipient", ""},
		{"cut off", []string{key.recipient, key.recipient[:40]}, "recipient 2 is wrong: malformed recipient", ""},
		{"a post-quantum one cut off", []string{other.recipient[:90]}, "the recipient is wrong: malformed recipient", ""},
		{"a plugin's", []string{"age1yubikey1qqp"}, `the recipient is for the age plugin "yubikey": plugins are not supported`, ""},
		{"a broken SSH key", []string{"ssh-ed25519 AAAA"}, "the recipient is wrong: malformed SSH recipient", ""},
		{"a short RSA key", []string{sshPair(t, sshRSA(t, 1024), "").recipient}, "RSA key size is too small", ""},
		{"a word", []string{"hunter2"}, "the recipient is neither an age recipient (age1…) nor an SSH public key", "hunter2"},
		{"a mixture", []string{other.recipient, key.recipient}, "the recipients are mixed", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			recipients, err := tokencrypt.ParseRecipients(test.words)
			if err == nil || recipients != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if test.secret != "" && strings.Contains(strings.ToLower(err.Error()), strings.ToLower(test.secret)) {
				t.Error("the error repeats a secret")
			}
		})
	}
}

// mistyped returns a recipient with another last letter.
func mistyped(recipient string) string {
	last := len(recipient) - 1
	if recipient[last] == 'q' {
		return recipient[:last] + "p"
	}
	return recipient[:last] + "q"
}

func TestRefusedIdentities(t *testing.T) {
	key := classic(t)
	body := strings.TrimPrefix(key.identity, "AGE-SECRET-KEY-1")
	locked := sshPair(t, sshEd25519(t), "open sesame")
	for _, test := range []struct {
		name, file, want string
	}{
		{"empty", "\n\n", "it is empty"},
		{"comments alone", "# public key: " + key.recipient, "it is no age identity: no identities found"},
		{"a recipient", key.recipient, "it is a recipient, which encrypts"},
		{"an SSH public key", locked.recipient, "it is a recipient, which encrypts"},
		{"a typing error", key.identity[:len(key.identity)-1] + "B", "it is no age identity: error at line 1"},
		{"a word", "hunter2", "it is no age identity: error at line 1: unknown identity type"},
		{"an encrypted file", seal(t, key.identity, key.recipient), "it is encrypted itself"},
		{"an encrypted binary file", "age-encryption.org/v1\n-> scrypt", "it is encrypted itself"},
		{"an SSH key with a passphrase", locked.identity, "it is an SSH key with a passphrase"},
		{"a broken SSH key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "it is no SSH private key that age can use"},
	} {
		t.Run(test.name, func(t *testing.T) {
			identities, err := tokencrypt.ParseIdentities([]byte(test.file))
			if err == nil || identities != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if slices.ContainsFunc([]string{body[:20], "hunter2"}, func(secret string) bool { return strings.Contains(err.Error(), secret) }) {
				t.Error("the error repeats a secret")
			}
		})
	}
}
