package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// identity decrypts what is encrypted to its recipient.
type identity struct {
	recipient string
	// file holds the secret half.
	file string
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	made, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "keyward.txt")
	if err := os.WriteFile(file, []byte(made.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return identity{made.Recipient().String(), file}
}

// declare makes them the recipients of a guide's configuration.
func declare(t *testing.T, dir string, identities ...identity) {
	t.Helper()
	var recipients []string
	for _, i := range identities {
		recipients = append(recipients, i.recipient)
	}
	variables, err := json.Marshal(map[string][]string{"age_recipients": recipients})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "recipients.auto.tfvars.json"), variables, 0o600); err != nil {
		t.Fatal(err)
	}
}

// fences returns the blocks of a guide that are marked with a language.
func fences(t *testing.T, guide, language string) []string {
	t.Helper()
	content, err := os.ReadFile("../../templates/guides/" + guide + ".md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(content), "\n```"+language+"\n")[1:] {
		block, _, closed := strings.Cut(part, "\n```\n")
		if !closed {
			t.Fatalf("%s: a block is not closed", guide)
		}
		blocks = append(blocks, block+"\n")
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no %s", guide, language)
	}
	return blocks
}
