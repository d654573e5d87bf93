package configured

import (
	"context"
	"errors"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Companies returns the companies that the provider's key reaches. All
// resources of a run share one answer.
func (c *Corebill) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	return c.companies.get(ctx, func(ctx context.Context) ([]corebillapi.Company, error) {
		return c.SharedCompanies().All(ctx, AllCompanies)
	})
}

// Reaches reports whether the provider's key reaches the company. One that is
// not in the run's list is asked for: it may have been created since.
func (c *Corebill) Reaches(ctx context.Context, companyID string) (bool, []corebillapi.Company, error) {
	companies, err := c.Companies(ctx)
	if err != nil {
		return false, nil, err
	}
	for _, company := range companies {
		if company.ID == companyID {
			return true, companies, nil
		}
	}
	_, err = c.SharedCompanies().Get(ctx, AllCompanies, companyID)
	if errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrBadRequest) {
		return false, companies, nil
	}
	return err == nil, companies, err
}

// AnyCompany returns a company that requests about an organization key can name:
// Corebill asks for a company_id there too, though any will do.
func (c *Corebill) AnyCompany(ctx context.Context) (string, error) {
	if c.CompanyID != "" {
		return c.CompanyID, nil
	}
	companies, err := c.Companies(ctx)
	if err != nil || len(companies) == 0 {
		return "", err
	}
	return companies[0].ID, nil
}

// Current returns what Billium says of the provider's key. All resources of a
// run share one answer.
func (b *Billium) Current(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	return b.current.get(ctx, func(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
		return b.Client.CurrentAPIKey(ctx, b.MerchantID)
	})
}
