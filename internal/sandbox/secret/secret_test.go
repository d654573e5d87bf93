package secret_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
)

func TestFind(t *testing.T) {
	candidates := []string{secret.Hash("one"), secret.Hash("two"), secret.Hash("three"), ""}
	for token, want := range map[string]int{"one": 0, "two": 1, "three": 2, "four": -1, "": -1} {
		if got := secret.Find(token, candidates, func(hash string) string { return hash }); got != want {
			t.Errorf("Find(%q) is %d, want %d", token, got, want)
		}
	}
	if got := secret.Find("one", nil, func(hash string) string { return hash }); got != -1 {
		t.Errorf("Find among none is %d", got)
	}
}

func TestSeal(t *testing.T) {
	response := []byte(`{"token":"a secret"}`)
	sealed, err := secret.Seal(rand.Reader, "the key", "the merchant", response)
	if err != nil {
		t.Fatal(err)
	}
	again, err := secret.Seal(rand.Reader, "the key", "the merchant", response)
	if err != nil {
		t.Fatal(err)
	}
	if sealed == again {
		t.Error("two sealed responses are the same")
	}
	opened, err := secret.Open("the key", "the merchant", sealed)
	if err != nil || !bytes.Equal(opened, response) {
		t.Errorf("opened %q, %v", opened, err)
	}
	for name, open := range map[string][3]string{
		"another key":      {"a key", "the merchant", sealed},
		"another merchant": {"the key", "a merchant", sealed},
		"cut short":        {"the key", "the merchant", sealed[:8]},
		"changed":          {"the key", "the merchant", "AAAA" + sealed[4:]},
		"not base64":       {"the key", "the merchant", "%"},
	} {
		if opened, err := secret.Open(open[0], open[1], open[2]); err == nil {
			t.Errorf("%s: opened %q", name, opened)
		}
	}
	if _, err := secret.Seal(strings.NewReader(""), "k", "s", response); err == nil {
		t.Error("sealed without randomness")
	}
}
