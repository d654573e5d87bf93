package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// TestNoTokenIsKept makes every kind of token, uses and misuses it, and then looks
// for it in all that the server has written.
func TestNoTokenIsKept(t *testing.T) {
	s := sandboxtest.Start(t)
	owner, admin := s.Credentials.Billium.APIKey, s.Credentials.Corebill.APIKey
	tokens := []string{owner, admin, s.BilliumPublicKey(t), s.CorebillKey(t, "", corebill.Read)}
	scope := "?company_id=" + s.Credentials.Corebill.CompanyID
	for range 2 { // the second one is a replay
		tokens = append(tokens, s.CallBillium(t, owner, "POST", "/api-keys", map[string]any{"name": "a"}, "Idempotency-Key", "k").Text(t, "token"))
	}
	tokens = append(tokens,
		s.CallBillium(t, owner, "POST", "/api-keys", map[string]any{"name": "a", "type": "PUBLIC"}).Text(t, "token"),
		s.CallCorebill(t, admin, "POST", "/api_keys"+scope, map[string]any{"name": "a", "permission_level": "read"}).Text(t, "token"))
	if tokens[4] != tokens[5] {
		t.Error("the replay has another token")
	}
	for _, token := range tokens {
		// Where tokens don't belong: in a path, in a query, in a user agent.
		s.CallCorebill(t, token, "GET", "/api_keys/"+token+scope, nil, "User-Agent", token)
		s.CallCorebill(t, admin, "GET", "/customers"+scope+"&token="+token, nil, "x-api-key", token)
		s.CallBillium(t, token, "GET", "/invoices/"+token, nil, "User-Agent", "Bearer "+token)
		s.CallBillium(t, owner, "POST", "/api-keys", map[string]any{token: 1})
	}
	search := func(when string) {
		t.Helper()
		files := s.DatabaseFiles()
		if len(files) == 0 {
			t.Fatal("there are no database files")
		}
		for _, token := range tokens {
			if strings.Contains(s.Output(), token) {
				t.Errorf("%s: a token is in the output", when)
			}
			for _, file := range files {
				content, err := os.ReadFile(file)
				check(t, err)
				// Half a token would be as bad: its prefix is all that may be there.
				if strings.Contains(string(content), token[20:]) {
					t.Errorf("%s: a token is in %s", when, filepath.Base(file))
				}
			}
		}
	}
	s.CorebillKeys(t) // all rows are written
	search("while it runs")
	s.Restart(t)
	search("after a restart")
}
