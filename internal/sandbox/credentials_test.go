package sandbox_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

func TestCredentialsFileIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.json")
	serve(t, sandbox.Options{Database: filepath.Join(dir, "foreign.db"), CredentialsFile: foreign}).end(t)
	content, err := os.ReadFile(foreign)
	check(t, err)
	half := read(t, foreign)
	half.Billium.APIKey = ""
	incomplete, err := json.Marshal(half)
	check(t, err)
	tests := map[string]struct {
		content []byte
		want    string
	}{
		"another database's": {content, "is not one of this database"},
		"no JSON":            {[]byte("api_key: " + half.Corebill.APIKey), "is not the JSON that the sandbox writes"},
		"empty":              {nil, "is not the JSON that the sandbox writes"},
		"incomplete":         {incomplete, "has no billium.api_key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "credentials.json")
			check(t, os.WriteFile(file, test.content, 0o600))
			_, err := sandbox.New(t.Context(), sandbox.Options{Database: filepath.Join(t.TempDir(), "a.db"), CredentialsFile: file})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), file) {
				t.Fatalf("the error is %v", err)
			}
			if strings.Contains(err.Error(), half.Corebill.APIKey) {
				t.Error("the error holds a token")
			}
			after, err := os.ReadFile(file)
			if err != nil || !slices.Equal(after, test.content) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

func TestKeysThatNoLongerWorkAreKeptWithAWarning(t *testing.T) {
	dir := t.TempDir()
	options := sandbox.Options{Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "a.json")}
	serve(t, options).end(t)
	server, err := sandbox.New(t.Context(), options)
	check(t, err)
	corebillKeys, err := server.Dashboard().CorebillKeys(t.Context())
	check(t, err)
	billiumKeys, err := server.Dashboard().BilliumKeys(t.Context())
	check(t, err)
	check(t, server.Dashboard().RevokeKey(t.Context(), corebillKeys[0].ID))
	check(t, server.Dashboard().SetKeyEnabled(t.Context(), billiumKeys[0].ID, false))
	check(t, server.Close(t.Context()))

	before := read(t, options.CredentialsFile)
	again := serve(t, options)
	if got := again.ready.Warnings; len(got) != 2 || !strings.Contains(got[0], "Corebill") || !strings.Contains(got[1], "Billium") {
		t.Errorf("the warnings are %q", got)
	}
	if after := read(t, options.CredentialsFile); after.Corebill.APIKey != before.Corebill.APIKey {
		t.Error("the token was replaced")
	}
	again.end(t)
}

// Where the file can't be written no key is made: no one would know its token.
func TestNoKeyIsMadeThatCannotBeHandedOver(t *testing.T) {
	dir := t.TempDir()
	options := sandbox.Options{Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "nowhere", "a.json")}
	server, err := sandbox.New(t.Context(), options)
	check(t, err)
	if _, err := server.HandOver(t.Context(), "http://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "writing the credentials") {
		t.Errorf("the error is %v", err)
	}
	keys, err := server.Dashboard().CorebillKeys(t.Context())
	check(t, err)
	if len(keys) != 0 {
		t.Errorf("%d keys were made", len(keys))
	}
	check(t, server.Close(t.Context()))
}

func TestAGoneCompanyIsReplacedWithAWarning(t *testing.T) {
	dir := t.TempDir()
	options := sandbox.Options{Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "a.json")}
	serve(t, options).end(t)
	before := read(t, options.CredentialsFile)
	server, err := sandbox.New(t.Context(), options)
	check(t, err)
	check(t, server.Dashboard().DeleteObject(t.Context(), before.Corebill.CompanyID))
	check(t, server.Close(t.Context()))

	again := serve(t, options)
	after := read(t, options.CredentialsFile)
	if got := again.ready.Warnings; len(got) != 1 || !strings.Contains(got[0], before.Corebill.CompanyID) {
		t.Errorf("the warnings are %q", got)
	}
	if after.Corebill.CompanyID == before.Corebill.CompanyID || after.Corebill.APIKey != before.Corebill.APIKey {
		t.Error("the company must be another one, and the key the same")
	}
	again.end(t)
}

func TestReadCredentials(t *testing.T) {
	if _, err := sandbox.ReadCredentials(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
