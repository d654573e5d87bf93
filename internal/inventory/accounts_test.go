package inventory_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestEnvironment(t *testing.T) {
	if _, err := inventory.Load("", environment(), client.Options{}); !errors.Is(err, inventory.ErrNoAccount) {
		t.Errorf("nothing: %v", err)
	}
	if _, err := inventory.Load("", environment("BILLIUM_API_KEY", "sk_a"), client.Options{}); err == nil || !strings.Contains(err.Error(), "BILLIUM_MERCHANT_ID isn't") {
		t.Errorf("no merchant: %v", err)
	}
	if _, err := inventory.Load("", environment("COREBILL_API_KEY", "a", "COREBILL_BASE_URL", "http://example.com"), client.Options{}); err == nil || !strings.HasPrefix(err.Error(), "COREBILL_API_KEY, COREBILL_BASE_URL: ") {
		t.Errorf("an unencrypted base URL: %v", err)
	}
	got, err := inventory.Load("", environment("COREBILL_API_KEY", "a", "COREBILL_COMPANY_ID", "com_1", "BILLIUM_API_KEY", "b", "BILLIUM_MERCHANT_ID", "mer_1"), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, b := got.Corebill[0], got.Billium[0]
	if c.Name != "corebill" || c.DefaultCompany != "com_1" || c.CompanyIDs != nil || c.Client.BaseURL() != "https://api.corebill.io" || c.Source != "COREBILL_API_KEY" {
		t.Errorf("%+v", c)
	}
	if b.Name != "billium" || b.MerchantID != "mer_1" || b.Client.BaseURL() != "https://api.billium.to" || b.Credential.Reveal() != "b" {
		t.Errorf("%+v", b)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	write(t, token, "from-a-file\n")
	accounts := filepath.Join(dir, "accounts.json")
	getenv := environment("ONE", "from-a-variable", "COREBILL_API_KEY", "ignored")
	write(t, accounts, `{"corebill":[{"name":"one","api_key_env":"ONE","company_ids":["com_1"]}],
		"billium":[{"name":"two","merchant_id":"mer_1","api_key_file":"`+token+`","base_url":"https://billium.example"}]}`)
	got, err := inventory.Load(accounts, getenv, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, b := got.Corebill[0], got.Billium[0]
	if c.Name != "one" || c.Credential.Reveal() != "from-a-variable" || len(c.CompanyIDs) != 1 || c.Source != "ONE" {
		t.Errorf("%+v", c)
	}
	if b.Name != "two" || b.Credential.Reveal() != "from-a-file" || b.Client.BaseURL() != "https://billium.example" || b.Source != token {
		t.Errorf("%+v", b)
	}
	for content, want := range map[string]string{
		`{`:  "is not the JSON that it should be",
		`{}`: "there is no credential",
		`{"corebill":[{"name":"a","api_key":"sk"}]}`:                               `unknown field "api_key"`,
		`{"corebill":[{"api_key_env":"ONE"}]}`:                                     "an account has no name",
		`{"corebill":[{"name":"a"}]}`:                                              `the Corebill account "a": it has neither api_key_env`,
		`{"corebill":[{"name":"a","api_key_env":"ONE"}],"billium":[{"name":"a"}]}`: `two accounts have the name "a"`,
		`{"corebill":[{"name":"a","api_key_env":"NONE"}]}`:                         "the variable NONE, which is not set",
		`{"corebill":[{"name":"a","api_key_file":"` + dir + `/none"}]}`:            "reading its api_key_file",
		`{"corebill":[{"name":"a","api_key_env":"ONE","api_key_file":"x"}]}`:       "leave one out",
		`{"corebill":[{"name":"a","api_key_env":"ONE","company_ids":[]}]}`:         "its company_ids are empty",
		`{"billium":[{"name":"a","api_key_env":"ONE"}]}`:                           "it has no merchant_id",
		`{} {}`: "there is something after the JSON object",
	} {
		write(t, accounts, content)
		if _, err := inventory.Load(accounts, getenv, client.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", content, err, want)
		}
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCompanies(t *testing.T) {
	s := sandboxtest.Start(t)
	c := s.Credentials.Corebill
	access, err := inventory.Load("", environment("COREBILL_API_KEY", c.APIKey, "COREBILL_COMPANY_ID", c.CompanyID, "COREBILL_BASE_URL", c.BaseURL), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := access.Corebill[0]
	companies, err := a.Companies(t.Context())
	if err != nil || len(companies) != 2 {
		t.Errorf("%v, %v", companies, err)
	}
	a.CompanyIDs = []string{c.CompanyID}
	if companies, err = a.Companies(t.Context()); err != nil || len(companies) != 1 || companies[0].ID != c.CompanyID {
		t.Errorf("%v, %v", companies, err)
	}
	a.CompanyIDs = []string{"com_none"}
	if _, err = a.Companies(t.Context()); err == nil || !strings.Contains(err.Error(), `names the company com_none, which its credential doesn't reach`) {
		t.Error(err)
	}
}
