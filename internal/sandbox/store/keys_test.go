package store_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

func TestCorebillKeys(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		for id, companyID := range map[string]*string{"key_org": nil, "key_a": ptr("com_0"), "key_b": ptr("com_1")} {
			check(t, s.CorebillKeys().Insert(t.Context(), corebillKey(id, companyID)))
		}
		scope := store.CorebillKeyScope{OrganizationID: "org_1", CompanyID: "com_0"}
		got, err := s.CorebillKeysIn(scope).Get(t.Context(), "key_a")
		check(t, err)
		if want := corebillKey("key_a", ptr("com_0")); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		ids := func(scope store.CorebillKeyScope) []string {
			keys, _, err := s.CorebillKeysIn(scope).ByCursor(t.Context(), store.Cursor{Limit: 10})
			check(t, err)
			var ids []string
			for _, k := range keys {
				ids = append(ids, k.ID)
			}
			return ids
		}
		expect := func(what string, got, want []string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		expect("of a company", ids(scope), []string{"key_a"})
		scope.WithOrganization = true
		expect("of a company and the organization", ids(scope), []string{"key_org", "key_a"})

		reach := map[string]bool{}
		candidates, err := s.CorebillCandidates(t.Context(), "sk_live_ab", "com_0")
		check(t, err)
		for _, c := range candidates {
			reach[c.ID] = c.Reaches
		}
		if want := map[string]bool{"key_org": true, "key_a": true, "key_b": false}; !reflect.DeepEqual(reach, want) {
			t.Errorf("com_0 is reached by %v", reach)
		}

		check(t, s.ChangeCorebillKey(t.Context(), "key_a", func(k *store.CorebillKey) { k.Name, k.Disabled = "New", true }))
		check(t, s.ChangeCorebillKey(t.Context(), "key_a", func(*store.CorebillKey) {}))
		check(t, s.RevokeCorebillKey(t.Context(), "key_a", start.Add(time.Hour)))
		check(t, s.RevokeCorebillKey(t.Context(), "key_a", start.Add(2*time.Hour)))
		if err := s.ChangeCorebillKey(t.Context(), "key_a", func(k *store.CorebillKey) { k.Name = "x" }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("changing a revoked key: %v", err)
		}
		expect("without revoked ones", ids(scope), []string{"key_org"})
		scope.RevokedAfter = ptr(start)
		expect("with revoked ones", ids(scope), []string{"key_org", "key_a"})
		got, err = s.CorebillKeysIn(scope).Get(t.Context(), "key_a")
		check(t, err)
		if got.Name != "New" || !got.Disabled || !got.RevokedAt.Equal(start.Add(time.Hour)) {
			t.Errorf("the revoked key is %+v", got)
		}
		scope.RevokedAfter = ptr(start.Add(time.Hour))
		if _, err := s.CorebillKeysIn(scope).Get(t.Context(), "key_a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a key revoked long ago: %v", err)
		}
	})
}

func TestDeleteCompany(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		check(t, s.CorebillKeys().Insert(t.Context(), corebillKey("key_a", ptr("com_0"))))
		check(t, s.CorebillKeys().Insert(t.Context(), corebillKey("key_b", ptr("com_1"))))
		check(t, s.Customers("com_0").Insert(t.Context(), store.Customer{ID: "cus_1", CompanyID: "com_0", Name: "A", CreatedAt: start}))
		check(t, s.DeleteCompany(t.Context(), "org_1", "com_0", start))
		if err := s.DeleteCompany(t.Context(), "org_1", "com_0", start); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleting it again: %v", err)
		}
		if err := s.Customers("com_0").Insert(t.Context(), store.Customer{ID: "cus_2", CompanyID: "com_0", Name: "A", CreatedAt: start}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a customer of a company that is gone: %v", err)
		}
		if _, err := s.Customers("com_0").Get(t.Context(), "cus_1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("its customer: %v", err)
		}
		keys, err := s.CorebillKeys().All(t.Context())
		check(t, err)
		for _, k := range keys {
			if revoked := k.RevokedAt != nil; revoked != (k.ID == "key_a") {
				t.Errorf("%s is revoked: %v", k.ID, revoked)
			}
		}
	})
}

func TestBilliumKeys(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		s := open(t, database)
		seed(t, s)
		key := store.BilliumKey{
			ID: "key_1", MerchantID: "mer_1", MemberID: "tm_1", Name: "Key", Type: billium.Secret, KeyPrefix: "sk_0123456789abc",
			Permissions: []billium.Permission{billium.InvoiceView, billium.MerchantBilling}, TokenHash: "hash", IsActive: true,
			CreatedBy: "tm_1", CreatedAt: start,
		}
		check(t, s.BilliumKeys().Insert(t.Context(), key))
		inherited := key
		inherited.ID, inherited.TokenHash, inherited.Permissions, inherited.KeyPrefix = "key_2", "hash 2", nil, "sk_other"
		check(t, s.BilliumKeys().Insert(t.Context(), inherited))

		candidates, err := s.BilliumCandidates(t.Context(), key.KeyPrefix)
		check(t, err)
		key.Permissions = []billium.Permission{billium.MerchantBilling, billium.InvoiceView}
		key.Role = billium.Owner
		if len(candidates) != 1 || !reflect.DeepEqual(candidates[0], key) {
			t.Errorf("the candidates are %+v", candidates)
		}
		check(t, promote(t, s, "tm_1", billium.Viewer))
		got, err := s.BilliumKeysOf("mer_1", &start).Get(t.Context(), "key_1")
		check(t, err)
		if want := []billium.Permission{billium.InvoiceView}; !slices.Equal(got.Effective(), want) || len(got.Granted()) != 2 {
			t.Errorf("a viewer's key can do %v", got.Effective())
		}
		got, err = s.BilliumKeysOf("mer_1", &start).Get(t.Context(), "key_2")
		check(t, err)
		if len(got.Effective()) != 10 || len(got.Granted()) != 10 {
			t.Errorf("a viewer's key inherits %v", got.Granted())
		}
		check(t, s.ChangeBilliumKey(t.Context(), "key_2", func(k *store.BilliumKey) {
			k.Permissions, k.IsActive = []billium.Permission{billium.InvoiceView}, false
		}))
		check(t, s.RevokeBilliumKey(t.Context(), "key_1", start.Add(time.Hour)))
		keys, total, err := s.BilliumKeysOf("mer_1", nil).ByPage(t.Context(), store.Page{Number: 1, Limit: 1})
		if err != nil || total != 1 || keys[0].IsActive || len(keys[0].Permissions) != 1 {
			t.Errorf("%d keys %+v, %v", total, keys, err)
		}
	})
}
