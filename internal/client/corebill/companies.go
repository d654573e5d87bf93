package corebill

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// Companies returns every company that the API key reaches, newest first.
func (c *Client) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	companies := []corebillapi.Company{}
	for company, err := range walk(func(after string) ([]corebillapi.Company, bool, *string, error) {
		list, err := c.companyPage(ctx, after, PageSize)
		return list.Data, list.HasMore, list.NextCursor, err
	}) {
		if err != nil {
			return nil, err
		}
		companies = append(companies, company)
	}
	return companies, nil
}

// GetCompany returns a company; client.ErrNotFound where there is none or the
// API key doesn't reach it.
func (c *Client) GetCompany(ctx context.Context, companyID string) (*corebillapi.Company, error) {
	var company corebillapi.Company
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: "/v1/companies/" + url.PathEscape(companyID), Query: within(companyID),
		Check: func() error { return sameID(company.ID, companyID) },
	}, &company)
	if err != nil {
		return nil, err
	}
	return &company, nil
}

func (c *Client) companyPage(ctx context.Context, after string, size int) (companyList, error) {
	var list companyList
	err := c.list(ctx, "/v1/companies", url.Values{}, after, size, &list)
	return list, err
}

// sameID refuses an answer about another object than the one asked for.
func sameID(got, want string) error {
	if got != want {
		return fmt.Errorf("it is about %q", got)
	}
	return nil
}
