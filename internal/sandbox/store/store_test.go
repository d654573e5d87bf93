package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look into a database from beside the store

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

var start = time.Date(2026, 1, 15, 10, 0, 0, 123456000, time.UTC)

func open(t *testing.T, database string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seed makes what the other rows refer to.
func seed(t *testing.T, s *store.Store) {
	t.Helper()
	check(t, s.Organizations().Insert(t.Context(), store.Organization{ID: "org_1", Name: "One", CreatedAt: start}))
	for i := range 3 {
		check(t, s.Companies("org_1").Insert(t.Context(), store.Company{
			ID: fmt.Sprintf("com_%d", i), OrganizationID: "org_1", Name: "A", Slug: "a", Currency: "USD",
			InvoicePrefix: "INV", QuotePrefix: "QUO", CreatedAt: start.Add(time.Duration(i) * time.Second),
		}))
	}
	check(t, s.Merchants().Insert(t.Context(), store.Merchant{ID: "mer_1", Name: "One", CreatedAt: start}))
	check(t, s.TeamMembers("mer_1").Insert(t.Context(), store.TeamMember{ID: "tm_1", MerchantID: "mer_1", Email: "a@example.com", Role: billium.Owner, JoinedAt: start}))
}

func corebillKey(id string, companyID *string) store.CorebillKey {
	return store.CorebillKey{
		ID: id, OrganizationID: "org_1", CompanyID: companyID, Name: "Key", Level: corebill.Write, KeyPrefix: "sk_live_ab",
		TokenHash: "hash of " + id, CreatedBy: "dashboard", CreatedAt: start,
	}
}

func TestOpen(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		// Many at once migrate one database once, and each of them works.
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				s, err := store.Open(t.Context(), database)
				if err != nil {
					t.Errorf("opening: %v", err)
					return
				}
				if err := s.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
		}
		group.Wait()
		s := open(t, database)
		if _, err := s.Organizations().First(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a new database: %v", err)
		}
	})
}

func TestOpenRefusals(t *testing.T) {
	dir := t.TempDir()
	noDatabase := filepath.Join(dir, "text.db")
	check(t, os.WriteFile(noDatabase, []byte(strings.Repeat("no database ", 1000)), 0o600))
	newer := filepath.Join(dir, "newer.db")
	check(t, open(t, newer).Close())
	db, err := sql.Open("sqlite", newer)
	check(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	check(t, errors.Join(err, db.Close()))

	tests := map[string]struct{ database, want string }{
		"in memory":         {":memory:", "must be the path of an SQLite file or a postgres:// URL"},
		"a URI":             {"file:a.db?mode=memory", "must be the path"},
		"another system":    {"mysql://u:hidden@127.0.0.1/x", "must be the path"},
		"nothing":           {"", "must be the path"},
		"no such directory": {filepath.Join(dir, "none", "a.db"), "no such file"},
		"a directory":       {dir, "directory"},
		"no database":       {noDatabase, "not a database"},
		"a newer schema":    {newer, "its schema has version 99, but this Keyward knows versions up to "},
		"no server":         {"postgres://u:hidden@127.0.0.1:1/x?sslmode=disable", "opening the PostgreSQL database"},
		"no URL":            {"postgres://u:hidden@127.0.0.1:port/x", "PostgreSQL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), test.database)
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error is %q", err)
			}
		})
	}
}

func TestSQLiteFile(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "q?mark=1&a#b.db", "100%25.db", "ünï.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			seed(t, open(t, path))
			for _, suffix := range []string{"", "-wal"} {
				info, err := os.Stat(path + suffix)
				check(t, err)
				if info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v", name+suffix, info.Mode())
				}
			}
		})
	}
	t.Run("relative", func(t *testing.T) {
		t.Chdir(t.TempDir())
		seed(t, open(t, "a b?.db"))
		if _, err := os.Stat("a b?.db"); err != nil {
			t.Error(err)
		}
	})
}

func TestInTx(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		undo := errors.New("undo")
		err := s.InTx(t.Context(), func(ctx context.Context) error {
			check(t, s.CorebillKeys().Insert(ctx, corebillKey("key_1", nil)))
			return s.InTx(ctx, func(ctx context.Context) error {
				keys, err := s.CorebillKeys().All(ctx)
				if err != nil || len(keys) != 1 {
					t.Errorf("inside there are %d keys, %v", len(keys), err)
				}
				return undo
			})
		})
		if !errors.Is(err, undo) {
			t.Errorf("the error is %v", err)
		}
		keys, err := s.CorebillKeys().All(t.Context())
		if err != nil || len(keys) != 0 {
			t.Errorf("after it there are %d keys, %v", len(keys), err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.InTx(t.Context(), func(ctx context.Context) error {
				check(t, s.CorebillKeys().Insert(ctx, corebillKey("key_1", nil)))
				panic("oh")
			})
		}()
		check(t, s.CorebillKeys().Insert(t.Context(), corebillKey("key_1", nil))) // the writer is free again
	})
}

func TestCancelledContext(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.CorebillKeys().Insert(ctx, corebillKey("key_1", nil)); !errors.Is(err, context.Canceled) {
			t.Errorf("writing: %v", err)
		}
		if _, err := s.CorebillKeys().All(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("reading: %v", err)
		}
		check(t, s.CorebillKeys().Insert(t.Context(), corebillKey("key_1", nil)))
	})
}

func TestParallelWrites(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s, beside := open(t, database), open(t, database)
		seed(t, s)
		var group sync.WaitGroup
		for i := range 64 {
			to := s
			if i%2 == 1 {
				to = beside
			}
			group.Go(func() {
				if err := to.CorebillKeys().Insert(t.Context(), corebillKey(fmt.Sprintf("key_%d", i), nil)); err != nil {
					t.Errorf("key %d: %v", i, err)
				}
			})
		}
		group.Wait()
		keys, err := s.CorebillKeys().All(t.Context())
		if err != nil || len(keys) != 64 {
			t.Errorf("there are %d keys, %v", len(keys), err)
		}
	})
}
