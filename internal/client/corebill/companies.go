package corebill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const companiesPath = "/v1/companies"

// Companies returns every company that the API key reaches, newest first.
func (c *Client) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	companies := []corebillapi.Company{}
	for company, err := range walk(func(object corebillapi.Company) string { return object.ID }, func(after string) ([]corebillapi.Company, bool, *string, error) {
		list, err := c.CompanyPage(ctx, after)
		return list.Data, list.HasMore, list.NextCursor, err
	}) {
		if err != nil {
			return nil, err
		}
		companies = append(companies, company)
	}
	return companies, nil
}

// CreateCompany creates a company. scopeCompanyID is any company that the API
// key reaches: Corebill asks for one in this request too. It is sent once only,
// unless it is certain that it had no effect; client.ErrOutcomeUnknown tells that
// the company may exist.
func (c *Client) CreateCompany(ctx context.Context, scopeCompanyID string, company corebillapi.CreateCompanyRequest) (*corebillapi.Company, error) {
	var created corebillapi.Company
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: companiesPath, Query: within(scopeCompanyID), Body: company, SeeThrough: true,
		Check: func() error {
			if !corebill.ValidID(corebill.CompanyID, created.ID) {
				return errors.New("it has no valid company id")
			}
			return nil
		},
	}, &created)
	if err != nil {
		return nil, err
	}
	return &created, nil
}

// GetCompany returns a company; client.ErrNotFound where there is none or the
// API key doesn't reach it.
func (c *Client) GetCompany(ctx context.Context, companyID string) (*corebillapi.Company, error) {
	return c.company(ctx, http.MethodGet, companyID, nil)
}

// UpdateCompany changes what the request names.
func (c *Client) UpdateCompany(ctx context.Context, companyID string, change corebillapi.UpdateCompanyRequest) (*corebillapi.Company, error) {
	return c.company(ctx, http.MethodPatch, companyID, change)
}

// DeleteCompany deletes a company. client.ErrNotFound tells that Corebill knows
// no such company where the API key may look.
func (c *Client) DeleteCompany(ctx context.Context, companyID string) error {
	return c.remove(ctx, companiesPath, companyID, companyID)
}

func (c *Client) company(ctx context.Context, method, companyID string, body any) (*corebillapi.Company, error) {
	var company corebillapi.Company
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: companiesPath + "/" + url.PathEscape(companyID), Query: within(companyID), Body: body,
		Check: func() error { return sameID(company.ID, companyID) },
	}, &company)
	if err != nil {
		return nil, err
	}
	return &company, nil
}

// CompanyPage returns the page of up to PageSize companies that follows the company
// with the id after, or the first page for "". One request.
func (c *Client) CompanyPage(ctx context.Context, after string) (corebillapi.CompanyList, error) {
	list, err := c.companyPage(ctx, after, PageSize)
	return list.CompanyList, err
}

func (c *Client) companyPage(ctx context.Context, after string, size int) (companyList, error) {
	var list companyList
	err := c.list(ctx, companiesPath, url.Values{}, after, size, &list)
	return list, err
}

// sameID refuses an answer about another object than the one asked for.
func sameID(got, want string) error {
	if got != want {
		return fmt.Errorf("it is about %q", got)
	}
	return nil
}

// remove deletes an object of a company.
func (c *Client) remove(ctx context.Context, path, companyID, id string) error {
	var answer struct {
		ID      string `json:"id"`
		Deleted bool   `json:"deleted"`
	}
	return c.http.Do(ctx, client.Request{
		Method: http.MethodDelete, Path: path + "/" + url.PathEscape(id), Query: within(companyID),
		Check: func() error {
			if !answer.Deleted {
				return errors.New("it doesn't say that the object is deleted")
			}
			return sameID(answer.ID, id)
		},
	}, &answer)
}
