package corebill_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func TestLevelAllowsItsMethods(t *testing.T) {
	t.Parallel()
	cases := []struct {
		level   corebill.Level
		allowed []string
		refused []string
	}{
		{corebill.Read, []string{"GET", "HEAD"}, []string{"POST", "PUT", "PATCH", "DELETE"}},
		{corebill.Write, []string{"GET", "POST"}, []string{"PUT", "PATCH", "DELETE"}},
		{corebill.Admin, []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, nil},
	}
	for _, c := range cases {
		for _, method := range c.allowed {
			if !c.level.Allows(method) {
				t.Errorf("%s must allow %s", c.level, method)
			}
		}
		for _, method := range c.refused {
			if c.level.Allows(method) {
				t.Errorf("%s must not allow %s", c.level, method)
			}
		}
	}
	if corebill.LevelFor(http.MethodPost).Title() != "Write" {
		t.Errorf("Title = %q", corebill.LevelFor(http.MethodPost).Title())
	}
}

func TestLevelsAreHierarchical(t *testing.T) {
	t.Parallel()
	all := corebill.Levels()
	for i, l := range all {
		for j, other := range all {
			if got, want := l.Includes(other), i >= j; got != want {
				t.Errorf("%s.Includes(%s) = %t, want %t", l, other, got, want)
			}
		}
	}
}

func TestParseLevel(t *testing.T) {
	t.Parallel()
	if l, err := corebill.ParseLevel("write"); err != nil || l != corebill.Write {
		t.Errorf("ParseLevel(write) = %q, %v", l, err)
	}
	for given, want := range map[string]string{
		"writ":  `Did you mean "write"?`,
		"Admin": `Did you mean "admin"?`,
		"owner": "must be one of read, write, admin.",
		"":      "must be one of read, write, admin.",
	} {
		if _, err := corebill.ParseLevel(given); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseLevel(%q) error = %v, want it to contain %q", given, err, want)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	token, err := corebill.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if !corebill.ValidToken(token) || !strings.HasPrefix(token, "sk_live_") {
		t.Error("a minted token must be valid")
	}
	if got := corebill.KeyPrefix(token); len(got) != 10 || !strings.HasPrefix(token, got) {
		t.Errorf("KeyPrefix = %q", got)
	}
	for _, bad := range []string{"", "sk_live_", "sk_live_a", "sk_test_abcdef", "sk_live_ab cd", "pk_live_abcdef"} {
		if corebill.ValidToken(bad) {
			t.Errorf("ValidToken(%q) = true", bad)
		}
	}
	if corebill.KeyPrefix("sk_live_a") != "" {
		t.Error("a text shorter than a prefix has none")
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	id, err := corebill.NewID(rand.Reader, corebill.CompanyID)
	if err != nil {
		t.Fatal(err)
	}
	if !corebill.ValidID(corebill.CompanyID, id) || len(id) != len("com_")+12 {
		t.Errorf("NewID = %q", id)
	}
	if corebill.ValidID(corebill.APIKeyID, id) || corebill.ValidID(corebill.CompanyID, "com_SHOUTED12345") {
		t.Error("ids of another kind or alphabet must not be valid")
	}
}
