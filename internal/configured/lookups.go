package configured

import (
	"context"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Companies returns the companies that the provider's key reaches. All
// resources of a run share one answer.
func (c *Corebill) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	return c.companies.get(ctx, c.Client.Companies)
}

// Reaches reports whether the provider's key reaches the company.
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
	return false, companies, nil
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

// Organization reports whether the provider's key is an organization key.
// Corebill has no endpoint that says so, but only such a key is shown
// organization keys, and it is one of them itself.
func (c *Corebill) Organization(ctx context.Context) (bool, error) {
	return c.organization.get(ctx, func(ctx context.Context) (bool, error) {
		companyID, err := c.AnyCompany(ctx)
		if err != nil {
			return false, err
		}
		for key, err := range c.Client.APIKeys(ctx, companyID, corebill.KeyFilter{}) {
			if err != nil || key.CompanyID == nil {
				return err == nil, err
			}
		}
		return false, nil
	})
}

// Current returns what Billium says of the provider's key. All resources of a
// run share one answer.
func (b *Billium) Current(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	return b.current.get(ctx, func(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
		return b.Client.CurrentAPIKey(ctx, b.MerchantID)
	})
}
