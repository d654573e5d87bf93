package providerdata

import (
	"context"
	"errors"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Companies returns the companies that the provider's key reaches, without those
// that have gone meanwhile. All resources of a run share one answer.
func (c *Corebill) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	all, err := c.companies.get(ctx, c.Now, func(ctx context.Context) ([]corebillapi.Company, error) {
		return c.SharedCompanies().All(ctx, AllCompanies)
	})
	if left := c.remaining(all); err != nil || len(left) > 0 || len(all) == 0 {
		return left, err
	}
	all, err = c.SharedCompanies().All(ctx, AllCompanies) // there may be new ones
	return c.remaining(all), err
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

// Current returns what Billium says of the provider's key. All resources of a
// run share one answer.
func (b *Billium) Current(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	return b.current.get(ctx, b.Now, func(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
		return b.Client.Presented(ctx, b.MerchantID)
	})
}
