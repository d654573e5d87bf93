package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

func ptr[T any](value T) *T { return &value }

func TestChangeCompany(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		const logo = "https://example.com/logo.png"
		change := func(change func(c *store.Company)) store.Company {
			changed, err := s.Companies("org_1").Change(t.Context(), "com_0", change)
			check(t, err)
			got, err := s.Companies("org_1").Get(t.Context(), "com_0")
			if err != nil || !reflect.DeepEqual(got, changed) {
				t.Errorf("changed to %+v, but there is %+v, %v", changed, got, err)
			}
			return got
		}
		if got := change(func(c *store.Company) { c.Name, c.LogoURL = "New", ptr(logo) }); got.Name != "New" || got.Slug != "a" || *got.LogoURL != logo {
			t.Errorf("changed to %+v", got)
		}
		if got := change(func(c *store.Company) { c.LogoURL = nil }); got.Name != "New" || got.LogoURL != nil {
			t.Errorf("without its logo: %+v", got)
		}
		if got := change(func(*store.Company) {}); got.Name != "New" {
			t.Errorf("without a change: %+v", got)
		}
		if _, err := s.Companies("org_2").Change(t.Context(), "com_0", func(c *store.Company) { c.Name = "x" }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another organization's: %v", err)
		}
	})
}

func TestPaging(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		var newestFirst []string
		for i := range 7 {
			// Two of each time, so that the id decides between them.
			id := fmt.Sprintf("cus_%d", i)
			check(t, s.Customers("com_0").Insert(t.Context(), store.Customer{ID: id, CompanyID: "com_0", Name: "A", CreatedAt: start.Add(time.Duration(i/2) * time.Second)}))
			newestFirst = slices.Insert(newestFirst, 0, id)
		}
		check(t, s.Customers("com_1").Insert(t.Context(), store.Customer{ID: "cus_other", CompanyID: "com_1", Name: "A", CreatedAt: start}))
		tests := []struct {
			cursor store.Cursor
			want   []string
			more   bool
		}{
			{store.Cursor{Limit: 3}, newestFirst[:3], true},
			{store.Cursor{Limit: 7}, newestFirst, false},
			{store.Cursor{Limit: 3, After: newestFirst[2]}, newestFirst[3:6], true},
			{store.Cursor{Limit: 3, After: newestFirst[5]}, newestFirst[6:], false},
			{store.Cursor{Limit: 3, After: newestFirst[6]}, nil, false},
			{store.Cursor{Limit: 3, Before: newestFirst[4]}, newestFirst[1:4], true},
			{store.Cursor{Limit: 4, Before: newestFirst[4]}, newestFirst[:4], false},
			{store.Cursor{Limit: 4, Before: newestFirst[0]}, nil, false},
		}
		for _, test := range tests {
			rows, more, err := s.Customers("com_0").ByCursor(t.Context(), test.cursor)
			check(t, err)
			var got []string
			for _, row := range rows {
				got = append(got, row.ID)
			}
			if !slices.Equal(got, test.want) || more != test.more {
				t.Errorf("%+v: %v and more %v, want %v and more %v", test.cursor, got, more, test.want, test.more)
			}
		}
		for _, id := range []string{"cus_other", "nothing"} {
			if _, _, err := s.Customers("com_0").ByCursor(t.Context(), store.Cursor{Limit: 3, After: id}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("after %s: %v", id, err)
			}
		}
	})
}

func TestRecords(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.CorebillKeys().Insert(t.Context(), corebillKey("key_a", nil)))
		var records store.Records
		for i := range 450 { // more than one statement takes
			records.Logs = append(records.Logs, store.Log{
				ID: fmt.Sprintf("log_%03d", i), Platform: store.Corebill, Method: "GET", Path: "/v1", Status: 200 + i%2,
				IP: "127.0.0.1", CreatedAt: start.Add(time.Duration(i) * time.Second),
			})
		}
		records.Logs[0].KeyID, records.Logs[0].ScopeID = ptr("key_a"), ptr("com_0")
		used := start.Add(time.Hour)
		records.LastUsed = map[store.Platform]map[string]time.Time{store.Corebill: {"key_a": used, "key_gone": used}}
		check(t, s.WriteRecords(t.Context(), records))
		records = store.Records{LastUsed: map[store.Platform]map[string]time.Time{store.Corebill: {"key_a": start}}}
		check(t, s.WriteRecords(t.Context(), records))
		keys, err := s.CorebillKeys().All(t.Context())
		if err != nil || !keys[0].LastUsedAt.Equal(used) {
			t.Errorf("last used %v, %v", keys[0].LastUsedAt, err)
		}

		filter := store.LogFilter{Platform: store.Corebill, ScopeID: "com_0", WithoutScope: true}
		count := func(change func(f *store.LogFilter)) int {
			f := filter
			change(&f)
			_, total, err := s.Logs(f).ByPage(t.Context(), store.Page{Number: 1, Limit: 1})
			check(t, err)
			return total
		}
		for name, test := range map[string]struct {
			change func(f *store.LogFilter)
			want   int
		}{
			"all":              {func(*store.LogFilter) {}, 450},
			"of the scope":     {func(f *store.LogFilter) { f.WithoutScope = false }, 1},
			"of the key":       {func(f *store.LogFilter) { f.KeyID = ptr("key_a") }, 1},
			"of the status":    {func(f *store.LogFilter) { f.Status = ptr(201) }, 225},
			"after":            {func(f *store.LogFilter) { f.CreatedAfter = ptr(start.Add(440 * time.Second)) }, 9},
			"before":           {func(f *store.LogFilter) { f.CreatedBefore = ptr(start.Add(10 * time.Second)) }, 10},
			"another platform": {func(f *store.LogFilter) { f.Platform = store.Billium }, 0},
		} {
			if got := count(test.change); got != test.want {
				t.Errorf("%s: %d rows, want %d", name, got, test.want)
			}
		}
		rows, more, err := s.Logs(filter).ByCursor(t.Context(), store.Cursor{Limit: 2})
		if err != nil || !more || rows[0].ID != "log_449" {
			t.Errorf("the newest are %+v, more %v, %v", rows, more, err)
		}
	})
}

func TestIdempotencyRecords(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		record := store.IdempotencyRecord{MerchantID: "mer_1", KeyHash: "key", RequestHash: "request", Status: 201, Response: "sealed", CreatedAt: start}
		day := 24 * time.Hour
		for i, want := range []bool{true, false} {
			added, err := s.CreateIdempotencyRecord(t.Context(), record, start.Add(-day))
			if err != nil || added != want {
				t.Errorf("attempt %d: added %v, %v", i, added, err)
			}
		}
		got, err := s.IdempotencyRecord(t.Context(), "mer_1", "key", start.Add(-time.Second))
		if err != nil || got != record {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := s.IdempotencyRecord(t.Context(), "mer_1", "key", start); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an old record: %v", err)
		}
		record.CreatedAt = start.Add(day)
		if added, err := s.CreateIdempotencyRecord(t.Context(), record, start); err != nil || !added {
			t.Errorf("after a day: added %v, %v", added, err)
		}
	})
}

func TestInvoices(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		invoice := store.Invoice{ID: "inv_1", MerchantID: "mer_1", Status: "CREATED", Amount: "10", Currency: "USD", Description: ptr("x"), CreatedAt: start}
		check(t, s.Invoices("mer_1").Insert(t.Context(), invoice))
		got, err := s.Invoices("mer_1").Get(t.Context(), "inv_1")
		if err != nil || !reflect.DeepEqual(got, invoice) {
			t.Errorf("got %+v, %v", got, err)
		}
		check(t, s.CancelInvoice(t.Context(), "mer_1", "inv_1", "CANCELLED", start))
		if err := s.CancelInvoice(t.Context(), "mer_1", "inv_1", "CANCELLED", start); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("cancelling again: %v", err)
		}
	})
}
