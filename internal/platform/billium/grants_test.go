package billium_test

import (
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func TestBeyondARole(t *testing.T) {
	t.Parallel()
	asked := []billium.Permission{"merchant:delete", "invoice:create", "invoice:view"}
	for role, want := range map[billium.Role][]billium.Permission{
		billium.Owner:         nil,
		billium.Administrator: {"merchant:delete"},
		billium.Member:        {"merchant:delete"},
		billium.Viewer:        {"merchant:delete", "invoice:create"},
		"GUEST":               {"merchant:delete", "invoice:view", "invoice:create"},
	} {
		if got := role.Beyond(asked); !slices.Equal(got, want) {
			t.Errorf("%s: beyond it are %v, want %v", role, got, want)
		}
	}
}

func TestRolesRank(t *testing.T) {
	t.Parallel()
	ordered := append(billium.Roles(), "GUEST")
	for i, higher := range ordered {
		for j, lower := range ordered {
			if got := higher.Above(lower); got != (i < j) {
				t.Errorf("%s above %s: %t", higher, lower, got)
			}
		}
	}
}

func TestPublicCompatible(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		permissions []billium.Permission
		want        bool
	}{
		{[]billium.Permission{"product:view", "invoice:create", "invoice:view"}, true},
		{[]billium.Permission{"product:view", "invoice:create", "invoice:view", "invoice:view"}, true},
		{[]billium.Permission{"product:view", "invoice:create"}, false},
		{[]billium.Permission{"product:view", "invoice:create", "invoice:view", "report:view"}, false},
		{nil, false},
	} {
		if got := billium.PublicCompatible(c.permissions); got != c.want {
			t.Errorf("%v: %t", c.permissions, got)
		}
	}
}

func TestRedundant(t *testing.T) {
	t.Parallel()
	type found = billium.Redundancy
	for _, c := range []struct {
		patterns []string
		want     []found
	}{
		{nil, nil},
		{[]string{"invoice:view", "invoice:create"}, nil},
		{[]string{"invoice:view", "invoice:*"}, []found{{"invoice:view", "invoice:*", true}}},
		{[]string{"invoice:*", "*:view"}, nil},
		{[]string{"report:*", "report:view"}, []found{{"report:view", "report:*", false}}},
		{[]string{"*", "*:*"}, []found{{"*:*", "*", false}}},
		{[]string{"*:view", "team:view", "*"}, []found{{"*:view", "*", true}, {"team:view", "*:view", true}}},
		{[]string{"banana:peel", "*"}, nil},
		{[]string{"invoice:*", "*:view", "*:create", "*:edit", "*:delete"}, []found{{"invoice:*", "", false}}},
		{[]string{"*:view", "invoice:*", "invoice:edit"}, []found{{"invoice:edit", "invoice:*", true}}},
		{[]string{"*:view", "*:edit", "customer:*", "customer:view"}, []found{{"customer:view", "*:view", true}}},
	} {
		if got := billium.Redundant(c.patterns); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.patterns, got, c.want)
		}
	}
}

func TestDangers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		patterns []string
		want     int
	}{
		{[]string{"invoice:*", "*:view"}, 0},
		{[]string{"api_key:*"}, 0},
		{[]string{"merchant:delete"}, 1},
		{[]string{"api_key:create", "team:manage_roles"}, 1},
		{[]string{"team:*"}, 1},
		{[]string{"*"}, 3},
	} {
		permissions, err := billium.ExpandAll(c.patterns)
		if err != nil {
			t.Fatal(err)
		}
		got := billium.Dangers(permissions)
		if len(got) != c.want {
			t.Errorf("%q: %v, want %d", c.patterns, got, c.want)
		}
		for _, danger := range got {
			if danger.Why == "" || len(billium.Missing(permissions, danger.Permissions)) > 0 {
				t.Errorf("%q: %v says nothing or names what isn't there", c.patterns, danger)
			}
		}
	}
}
