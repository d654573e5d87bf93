package store

import (
	"context"
	"time"
)

// Customer of a company.
type Customer struct {
	ID        string
	CompanyID string
	Name      string
	Email     *string
	CreatedAt time.Time
}

const customerColumns = "id, company_id, name, email, created_at"

func scanCustomer(row scanner) (Customer, error) {
	var c Customer
	var createdAt int64
	err := row.Scan(&c.ID, &c.CompanyID, &c.Name, &c.Email, &createdAt)
	c.CreatedAt = fromMicros(createdAt)
	return c, err
}

func customers(companyID string) list[Customer] {
	l := list[Customer]{table: "customers", columns: customerColumns, scan: scanCustomer}
	l.only("company_id = ?", companyID)
	return l
}

// CreateCustomer adds a customer.
func (s *Store) CreateCustomer(ctx context.Context, c Customer) error {
	_, err := s.write(ctx, "INSERT INTO customers ("+customerColumns+") VALUES ("+placeholders(5)+")",
		c.ID, c.CompanyID, c.Name, c.Email, micros(c.CreatedAt))
	return err
}

// Customers returns one page of a company's customers.
func (s *Store) Customers(ctx context.Context, companyID string, c Cursor) ([]Customer, bool, error) {
	return customers(companyID).byCursor(ctx, s, c)
}

// Customer returns one of a company's customers.
func (s *Store) Customer(ctx context.Context, companyID, id string) (Customer, error) {
	l := customers(companyID)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// DeleteCustomer deletes one of a company's customers.
func (s *Store) DeleteCustomer(ctx context.Context, companyID, id string) error {
	return s.writeOne(ctx, "DELETE FROM customers WHERE company_id = ? AND id = ?", companyID, id)
}
