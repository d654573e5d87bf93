package providerdata_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestInAnyCompany(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	newest := s.CreateCompany(t, "Newest")
	c := access(t, s, s.Credentials.Corebill.APIKey)
	if got, err := c.AnyCompany(t.Context()); err != nil || got != newest {
		t.Fatalf("got %q, %v, want the newest company, which is the first of the list", got, err)
	}
	if err := c.Client.DeleteCompany(t.Context(), newest); err != nil {
		t.Fatal(err)
	}
	var named []string
	exists := func(ctx context.Context) func(string) error {
		return func(companyID string) error {
			named = append(named, companyID)
			_, err := c.Client.GetCompany(ctx, companyID)
			return err
		}
	}
	if err := c.InAnyCompany(t.Context(), exists(t.Context())); err != nil || len(named) != 2 || named[0] != newest {
		t.Errorf("got %v after naming %q", err, named)
	}
	if got, err := c.AnyCompany(t.Context()); err != nil || got != named[1] {
		t.Errorf("got %q, %v, want %q from now on", got, err, named[1])
	}
	// What isn't there, isn't there in any company.
	named = nil
	err := c.InAnyCompany(t.Context(), func(companyID string) error {
		named = append(named, companyID)
		return client.ErrNotFound
	})
	if !errors.Is(err, client.ErrNotFound) || len(named) != 1 {
		t.Errorf("got %v after naming %q", err, named)
	}
}

// Companies that the run has made take the place of those that it has deleted.
func TestAnyCompanyIsOneOfTheNewOnes(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c := access(t, s, s.Credentials.Corebill.APIKey)
	before, err := c.Companies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := s.CreateCompany(t, "Made")
	company, err := c.Client.GetCompany(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	c.SharedCompanies().Put("", *company)
	for _, old := range before {
		if err := c.Client.DeleteCompany(t.Context(), old.ID); err != nil {
			t.Fatal(err)
		}
		c.CompanyGone(old.ID)
	}
	left, err := c.Companies(t.Context())
	var ids []string
	for _, company := range left {
		ids = append(ids, company.ID)
	}
	if err != nil || !slices.Equal(ids, []string{made}) {
		t.Errorf("got %q, %v", ids, err)
	}
}
