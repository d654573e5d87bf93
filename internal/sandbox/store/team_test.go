package store_test

import (
	"database/sql"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

func promote(t *testing.T, s *store.Store, id string, role billium.Role) error {
	t.Helper()
	_, err := s.TeamMembers("mer_1").Change(t.Context(), id, func(m *store.TeamMember) { m.Role = role })
	return err
}

func permissionSet(id string, permissions ...billium.Permission) store.PermissionSet {
	return store.PermissionSet{ID: id, MerchantID: "mer_1", Name: "Set", Permissions: permissions, CreatedAt: start, UpdatedAt: start}
}

// second leaves the error of a call with two results.
func second[T any](_ T, err error) error { return err }

func billiumKey(id, memberID string) store.BilliumKey {
	return store.BilliumKey{
		ID: id, MerchantID: "mer_1", MemberID: memberID, Name: "Key", Type: billium.Secret, KeyPrefix: "sk_0123456789abc",
		TokenHash: "hash of " + id, IsActive: true, CreatedBy: memberID, CreatedAt: start,
	}
}

// TestEffective reads what a key can do, by what the key and its issuing user
// are granted.
func TestEffective(t *testing.T) {
	view, create, remove, report := billium.InvoiceView, billium.InvoiceCreate, billium.Permission("invoice:delete"), billium.Permission("report:view")
	tests := []struct {
		name               string
		role               billium.Role
		user, userSet      []billium.Permission
		key, keySet        []billium.Permission
		granted, effective []billium.Permission
	}{
		{"inherits", billium.Viewer, nil, nil, nil, nil, billium.Viewer.Permissions(), billium.Viewer.Permissions()},
		{"its own", billium.Viewer, nil, nil, []billium.Permission{view, create}, nil, []billium.Permission{view, create}, []billium.Permission{view}},
		{"a set", billium.Viewer, nil, nil, nil, []billium.Permission{view, create}, []billium.Permission{view}, []billium.Permission{view}},
		{"inherits from a narrow user", billium.Member, []billium.Permission{report, create, remove}, nil, nil, nil,
			[]billium.Permission{create, report}, []billium.Permission{create, report}},
		{"inherits from a user with a set", billium.Member, nil, []billium.Permission{view, remove}, nil, nil, []billium.Permission{view}, []billium.Permission{view}},
		{"its own under a user with a set", billium.Owner, nil, []billium.Permission{view, report}, []billium.Permission{view, create}, nil,
			[]billium.Permission{view, create}, []billium.Permission{view}},
		{"a set under a narrow user", billium.Owner, []billium.Permission{report}, nil, nil, []billium.Permission{view, report}, []billium.Permission{report}, []billium.Permission{report}},
	}
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		for i, test := range tests {
			id := string(rune('a' + i))
			member := store.TeamMember{ID: "tm_" + id, MerchantID: "mer_1", Email: id, Role: test.role, Permissions: test.user, JoinedAt: start}
			key := billiumKey("key_"+id, member.ID)
			key.Permissions = test.key
			if test.userSet != nil {
				check(t, s.PermissionSets("mer_1").Insert(t.Context(), permissionSet("pset_u"+id, test.userSet...)))
				member.PermissionSetID = ptr("pset_u" + id)
			}
			if test.keySet != nil {
				check(t, s.PermissionSets("mer_1").Insert(t.Context(), permissionSet("pset_k"+id, test.keySet...)))
				key.PermissionSetID = ptr("pset_k" + id)
			}
			check(t, s.TeamMembers(member.MerchantID).Insert(t.Context(), member))
			check(t, s.BilliumKeys().Insert(t.Context(), key))
			got, err := s.BilliumKeysOf("mer_1", &start).Get(t.Context(), key.ID)
			check(t, err)
			if !slices.Equal(got.Granted(), test.granted) || !slices.Equal(got.Effective(), test.effective) {
				t.Errorf("%s: granted %v, effective %v", test.name, got.Granted(), got.Effective())
			}
			stored, err := s.TeamMembers("mer_1").Get(t.Context(), member.ID)
			check(t, err)
			if !slices.Equal(stored.Effective(), got.Cap()) {
				t.Errorf("%s: the user may do %v, the key at most %v", test.name, stored.Effective(), got.Cap())
			}
		}
	})
}

func TestPermissionSets(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		set := permissionSet("pset_1", billium.InvoiceView)
		check(t, s.PermissionSets("mer_1").Insert(t.Context(), set))
		set.Name, set.Description, set.UpdatedAt = "New", ptr("d"), start.Add(time.Hour)
		rename := func(p *store.PermissionSet) {
			p.Name, p.Description, p.UpdatedAt = set.Name, set.Description, set.UpdatedAt
		}
		changed, err := s.PermissionSets("mer_1").Change(t.Context(), "pset_1", rename)
		if err != nil || !reflect.DeepEqual(changed, set) {
			t.Errorf("changed to %+v, %v", changed, err)
		}
		got, err := s.PermissionSets("mer_1").Get(t.Context(), "pset_1")
		if err != nil || !reflect.DeepEqual(got, set) {
			t.Errorf("got %+v, %v", got, err)
		}
		key := billiumKey("key_1", "tm_1")
		key.PermissionSetID = ptr("pset_1")
		check(t, s.BilliumKeys().Insert(t.Context(), key))
		check(t, s.Invitations("mer_1").Insert(t.Context(), store.Invitation{ID: "invite_1", MerchantID: "mer_1", Email: "a", Role: billium.Viewer, PermissionSetID: ptr("pset_1"), ExpiresAt: start, CreatedAt: start}))
		count := func(at time.Time) (keys, invitations int) {
			h, err := s.PermissionSetHolders(t.Context(), "mer_1", "pset_1", at)
			check(t, err)
			return len(h.Keys), len(h.Invitations)
		}
		if keys, invitations := count(start.Add(-time.Second)); keys != 1 || invitations != 1 {
			t.Errorf("held by %d keys and %d invitations", keys, invitations)
		}
		check(t, s.RevokeBilliumKey(t.Context(), "key_1", start))
		if keys, invitations := count(start); keys != 0 || invitations != 0 {
			t.Errorf("held by %d keys and %d invitations", keys, invitations)
		}
		check(t, s.DeletePermissionSet(t.Context(), "mer_1", "pset_1"))
		for name, err := range map[string]error{
			"deleting it again": s.DeletePermissionSet(t.Context(), "mer_1", "pset_1"),
			"changing it":       second(s.PermissionSets("mer_1").Change(t.Context(), "pset_1", rename)),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		keys, err := s.BilliumKeys().All(t.Context())
		if err != nil || keys[0].PermissionSetID != nil || len(keys[0].Permissions) != 1 {
			t.Errorf("the revoked key is %+v, %v", keys, err)
		}
	})
}

func TestRemoveTeamMember(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.TeamMembers("mer_1").Insert(t.Context(), store.TeamMember{ID: "tm_2", MerchantID: "mer_1", Email: "b", Role: billium.Viewer, JoinedAt: start.Add(time.Second)}))
		check(t, s.BilliumKeys().Insert(t.Context(), billiumKey("key_1", "tm_1")))
		check(t, s.BilliumKeys().Insert(t.Context(), billiumKey("key_2", "tm_2")))
		check(t, s.RemoveTeamMember(t.Context(), "tm_2", start))
		for name, err := range map[string]error{
			"removing":  s.RemoveTeamMember(t.Context(), "tm_2", start),
			"promoting": promote(t, s, "tm_2", billium.Owner),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s one who has left: %v", name, err)
			}
		}
		team, total, err := s.TeamMembers("mer_1").ByPage(t.Context(), store.Page{Number: 1, Limit: 10})
		if err != nil || total != 1 || team[0].ID != "tm_1" {
			t.Errorf("the team is %+v, %v", team, err)
		}
		keys, err := s.BilliumKeys().All(t.Context())
		check(t, err)
		for _, k := range keys {
			if revoked := k.RevokedAt != nil; revoked != (k.ID == "key_2") {
				t.Errorf("%s is revoked: %t", k.ID, revoked)
			}
		}
	})
}

// TestMigrations takes a database back to the first schema and forward again.
func TestMigrations(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.BilliumKeys().Insert(t.Context(), billiumKey("key_1", "tm_1")))
		driver, dialect := "sqlite", goose.DialectSQLite3
		if strings.Contains(database, "://") {
			driver, dialect = "pgx", goose.DialectPostgres
		}
		db, err := sql.Open(driver, database)
		check(t, err)
		provider, err := goose.NewProvider(dialect, db, os.DirFS("migrations"))
		check(t, err)
		_, err = provider.DownTo(t.Context(), 1)
		check(t, errors.Join(err, db.Close()))

		again := open(t, database)
		keys, err := again.BilliumKeys().All(t.Context())
		if err != nil || len(keys) != 1 || len(keys[0].Effective()) != 34 {
			t.Errorf("the keys are %+v, %v", keys, err)
		}
		flags, err := again.TeamSecurity().Get(t.Context(), "mer_1")
		if err != nil || flags != (store.TeamSecurity{}) {
			t.Errorf("the flags are %+v, %v", flags, err)
		}
	})
}
