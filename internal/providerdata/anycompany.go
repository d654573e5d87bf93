package providerdata

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// maxGone is how many companies in a row may turn out to be gone before a request
// that names any company is given up.
const maxGone = 10

// AnyCompany returns a company that requests about an organization key can name:
// Corebill asks for a company_id there too, though any will do. The run may delete
// the company, or someone else: what is then said not to be found is the company,
// so anyone who acts on that asks with InAnyCompany.
func (c *Corebill) AnyCompany(ctx context.Context) (string, error) {
	if _, gone := c.gone.Load(c.CompanyID); c.CompanyID != "" && !gone {
		return c.CompanyID, nil
	}
	companies, err := c.Companies(ctx)
	if err != nil || len(companies) == 0 {
		return "", err
	}
	return companies[0].ID, nil
}

// InAnyCompany makes a request about an object of the organization, again where
// the company that it named has gone: Corebill answers 404 to that too. So
// client.ErrNotFound says that there is no such object.
func (c *Corebill) InAnyCompany(ctx context.Context, request func(companyID string) error) error {
	named := ""
	for range maxGone {
		var err error
		if named, err = c.AnyCompany(ctx); err != nil {
			return err
		}
		if err = request(named); !errors.Is(err, client.ErrNotFound) || named == "" {
			return err
		}
		_, lookup := c.Client.GetCompany(ctx, named)
		switch {
		case lookup == nil:
			return err
		case !errors.Is(lookup, client.ErrNotFound):
			return lookup
		}
		c.CompanyGone(named)
	}
	return fmt.Errorf("the companies that the request named were deleted one after the other, the last one %s: run again", named)
}

// CompanyGone takes in that a company is no more, or out of the key's reach.
func (c *Corebill) CompanyGone(id string) {
	c.gone.Store(id, true)
	c.SharedCompanies().Invalidate(AllCompanies, id)
}

// remaining returns the companies that have not gone.
func (c *Corebill) remaining(companies []corebillapi.Company) []corebillapi.Company {
	return slices.DeleteFunc(slices.Clone(companies), func(company corebillapi.Company) bool {
		_, gone := c.gone.Load(company.ID)
		return gone
	})
}
