package corebill

import (
	"context"
	"net/http"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListCustomers lists the company's customers.
func (s *server) ListCustomers(w http.ResponseWriter, r *http.Request, params corebillapi.ListCustomersParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, more, err := s.Store.Customers(params.CompanyID).ByCursor(r.Context(), c)
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, customer, func(c corebillapi.Customer) string { return c.ID }), listed(c, err))
}

// CreateCustomer adds a customer to the company.
func (s *server) CreateCustomer(w http.ResponseWriter, r *http.Request, params corebillapi.CreateCustomerParams) {
	request, err := body[corebillapi.CreateCustomerRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := corebill.NewID(s.Rand, corebill.CustomerID)
	row := store.Customer{ID: id, CompanyID: params.CompanyID, Name: request.Name, Email: request.Email, CreatedAt: s.Now().UTC()}
	if err == nil {
		err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
			if err := s.Store.Customers(row.CompanyID).Insert(ctx, row); err != nil {
				return err
			}
			return s.tell(ctx, row.CompanyID, corebillapi.WebhookEventCustomerCreated, customer(row))
		})
	}
	// Its company may have been deleted a moment ago.
	s.answer(w, r, http.StatusCreated, customer(row), named("Company", err))
}

// GetCustomer returns one of the company's customers.
func (s *server) GetCustomer(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.GetCustomerParams) {
	row, err := s.Store.Customers(params.CompanyID).Get(r.Context(), id)
	s.answer(w, r, http.StatusOK, customer(row), named("Customer", err))
}

// DeleteCustomer deletes one of the company's customers.
func (s *server) DeleteCustomer(w http.ResponseWriter, r *http.Request, id corebillapi.ID, params corebillapi.DeleteCustomerParams) {
	err := s.Store.InTx(r.Context(), func(ctx context.Context) error {
		row, err := s.Store.Customers(params.CompanyID).Get(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Store.Customers(params.CompanyID).Delete(ctx, id); err != nil {
			return err
		}
		return s.tell(ctx, params.CompanyID, corebillapi.WebhookEventCustomerDeleted, customer(row))
	})
	deleted := corebillapi.DeletedCustomer{ID: id, Object: corebillapi.CustomerObjectCustomer, Deleted: true}
	s.answer(w, r, http.StatusOK, deleted, named("Customer", err))
}

func customer(c store.Customer) corebillapi.Customer {
	return corebillapi.Customer{
		ID: c.ID, Object: corebillapi.CustomerObjectCustomer, CompanyID: c.CompanyID, Name: c.Name, Email: c.Email, CreatedAt: c.CreatedAt,
	}
}
