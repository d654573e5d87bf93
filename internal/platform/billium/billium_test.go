package billium_test

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func TestCatalogue(t *testing.T) {
	t.Parallel()
	if n := len(billium.Permissions()); n != 34 {
		t.Errorf("there are %d permissions, want 34", n)
	}
	if n := len(billium.Domains()); n != 10 {
		t.Errorf("there are %d domains, want 10", n)
	}
	for _, p := range billium.Permissions() {
		if !p.Known() || p.Domain()+":"+p.Action() != string(p) {
			t.Errorf("%q is not made of its domain and action", p)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	counts := map[billium.Role]int{
		billium.Owner: 34, billium.Administrator: 32, billium.Member: 15, billium.Viewer: 10, "GUEST": 0,
	}
	for role, want := range counts {
		if got := len(role.Permissions()); got != want {
			t.Errorf("%s has %d permissions, want %d", role, got, want)
		}
	}
	for _, p := range billium.Viewer.Permissions() {
		if p.Action() != "view" {
			t.Errorf("VIEWER has %s", p)
		}
	}
	for _, p := range billium.Member.Permissions() {
		if p.Action() == "delete" || p.Domain() == "wallet" && p.Action() != "view" {
			t.Errorf("MEMBER has %s", p)
		}
	}
	for _, p := range []billium.Permission{billium.MerchantDelete, billium.MerchantBilling} {
		if slices.Contains(billium.Administrator.Permissions(), p) {
			t.Errorf("ADMIN has %s", p)
		}
	}
}

func TestMinimumRole(t *testing.T) {
	t.Parallel()
	cases := map[billium.Role][]billium.Permission{
		billium.Viewer:        {"invoice:view", "report:view"},
		billium.Member:        {"invoice:create"},
		billium.Administrator: {"wallet:create", "invoice:view"},
		billium.Owner:         {"merchant:billing"},
	}
	for want, set := range cases {
		if got := billium.MinimumRole(set); got != want {
			t.Errorf("MinimumRole(%v) = %s, want %s", set, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	if r, err := billium.ParseRole("MEMBER"); err != nil || r != billium.Member {
		t.Errorf("ParseRole = %s, %v", r, err)
	}
	if _, err := billium.ParseRole("member"); err == nil || !strings.Contains(err.Error(), `Did you mean "MEMBER"?`) {
		t.Errorf("ParseRole(member) error = %v", err)
	}
	if k, err := billium.ParseKeyType("PUBLIC"); err != nil || k != billium.Public {
		t.Errorf("ParseKeyType = %s, %v", k, err)
	}
	if _, err := billium.ParseKeyType("public"); err == nil || !strings.Contains(err.Error(), `Did you mean "PUBLIC"?`) {
		t.Errorf("ParseKeyType(public) error = %v", err)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern string
		want    int
		has     billium.Permission
	}{
		{"invoice:create", 1, "invoice:create"},
		{"invoice:*", 4, "invoice:delete"},
		{"customer:*", 3, "customer:edit"},
		{"*:view", 10, "report:view"},
		{"*:manage_roles", 1, "team:manage_roles"},
		{"*", 34, "merchant:billing"},
		{"*:*", 34, "wallet:view"},
	}
	for _, c := range cases {
		got, err := billium.Expand(c.pattern)
		if err != nil || len(got) != c.want || !slices.Contains(got, c.has) {
			t.Errorf("Expand(%q) = %v, %v", c.pattern, got, err)
		}
	}
}

func TestExpandRefusesTheUnknown(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"invoice:craete": `Did you mean "invoice:create"?`,
		"invoices:*":     `Did you mean "invoice:*"?`,
		"apikey:view":    `Did you mean "api_key:view"?`,
		"customer:write": `Did you mean "customer:edit"?`,
		"banana:peel":    "the domains are merchant, invoice",
		"":               "<domain>:<action>",
		"*:fly":          "<domain>:<action>",
		"invoice:":       "is not a Billium permission",
	} {
		_, err := billium.Expand(pattern)
		var unknown *billium.UnknownPermissionError
		if !errors.As(err, &unknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("Expand(%q) error = %v, want it to contain %q", pattern, err, want)
		}
	}
	if _, err := billium.ExpandAll([]string{"invoice:view", "nope"}); err == nil {
		t.Error("ExpandAll must stop at an unknown pattern")
	}
}

func TestExpandAllSortsWithoutDoubles(t *testing.T) {
	t.Parallel()
	got, err := billium.ExpandAll([]string{"product:view", "invoice:*", "invoice:view"})
	want := []billium.Permission{"invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "product:view"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("ExpandAll = %v, %v", got, err)
	}
}

func TestSetAlgebra(t *testing.T) {
	t.Parallel()
	have := []billium.Permission{"invoice:view", "product:view"}
	want := []billium.Permission{"product:view", "wallet:view", "invoice:edit"}
	if got := billium.Missing(have, want); !slices.Equal(got, []billium.Permission{"invoice:edit", "wallet:view"}) {
		t.Errorf("Missing = %v", got)
	}
	if got := billium.Intersect(have, want); !slices.Equal(got, []billium.Permission{"product:view"}) {
		t.Errorf("Intersect = %v", got)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, keyType := range []billium.KeyType{billium.Secret, billium.Public} {
		token, err := billium.NewToken(rand.Reader, keyType)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := billium.TokenType(token); !ok || got != keyType {
			t.Errorf("TokenType = %s, %t", got, ok)
		}
		if len(token) != len("sk_")+96 || len(billium.KeyPrefix(token)) != 16 {
			t.Errorf("a %s token has %d characters", keyType, len(token))
		}
		for _, bad := range []string{token[:98], token + "a", "x" + token[1:], token[:98] + "-"} {
			if billium.ValidToken(bad) {
				t.Error("a malformed token must not be valid")
			}
		}
	}
	if billium.KeyPrefix("sk_short") != "" {
		t.Error("a text shorter than a prefix has none")
	}
	if n := len(billium.PublicPermissions()); n != 3 {
		t.Errorf("public keys have %d permissions, want 3", n)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	id, err := billium.NewID(rand.Reader, billium.MerchantID)
	if err != nil || !billium.ValidID(billium.MerchantID, id) || len(id) != len("mer_")+32 {
		t.Errorf("NewID = %q, %v", id, err)
	}
	if billium.ValidID(billium.APIKeyID, id) {
		t.Error("an id of another kind must not be valid")
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b []billium.Permission
		want bool
	}{
		"none":          {nil, []billium.Permission{}, true},
		"another order": {[]billium.Permission{"report:view", "team:view"}, []billium.Permission{"team:view", "report:view"}, true},
		"one twice":     {[]billium.Permission{"team:view", "team:view"}, []billium.Permission{"team:view"}, true},
		"one more":      {[]billium.Permission{"team:view"}, []billium.Permission{"team:view", "report:view"}, false},
	} {
		if got := billium.Equal(c.a, c.b); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestSameEmail(t *testing.T) {
	t.Parallel()
	for other, want := range map[string]bool{"ana@example.com": true, "Ana@Example.COM": true, "ann@example.com": false, "": false} {
		if got := billium.SameEmail("ana@example.com", other); got != want {
			t.Errorf("%q: got %t", other, got)
		}
	}
}
