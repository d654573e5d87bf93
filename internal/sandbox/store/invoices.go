package store

import (
	"context"
	"time"
)

// Invoice of a merchant. Its status is CREATED until CancelledAt is set.
type Invoice struct {
	ID          string
	MerchantID  string
	Status      string
	Amount      string
	Currency    string
	Description *string
	CreatedAt   time.Time
	CancelledAt *time.Time
}

const invoiceColumns = "id, merchant_id, status, amount, currency, description, created_at, cancelled_at"

func scanInvoice(row scanner) (Invoice, error) {
	var i Invoice
	var createdAt int64
	var cancelledAt *int64
	err := row.Scan(&i.ID, &i.MerchantID, &i.Status, &i.Amount, &i.Currency, &i.Description, &createdAt, &cancelledAt)
	i.CreatedAt, i.CancelledAt = fromMicros(createdAt), fromMicrosOrNull(cancelledAt)
	return i, err
}

func invoices(merchantID string) list[Invoice] {
	l := list[Invoice]{table: "invoices", columns: invoiceColumns, scan: scanInvoice}
	l.only("merchant_id = ?", merchantID)
	return l
}

// CreateInvoice adds an invoice.
func (s *Store) CreateInvoice(ctx context.Context, i Invoice) error {
	_, err := s.write(ctx, "INSERT INTO invoices ("+invoiceColumns+") VALUES ("+placeholders(8)+")",
		i.ID, i.MerchantID, i.Status, i.Amount, i.Currency, i.Description, micros(i.CreatedAt), microsOrNull(i.CancelledAt))
	return err
}

// Invoices returns one page of a merchant's invoices and how many there are.
func (s *Store) Invoices(ctx context.Context, merchantID string, p Page) ([]Invoice, int, error) {
	return invoices(merchantID).byNumber(ctx, s, p)
}

// Invoice returns one of a merchant's invoices.
func (s *Store) Invoice(ctx context.Context, merchantID, id string) (Invoice, error) {
	l := invoices(merchantID)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// CancelInvoice sets the status, and cancelled_at, of an invoice that is not
// cancelled: ErrNotFound for one that is.
func (s *Store) CancelInvoice(ctx context.Context, merchantID, id, status string, now time.Time) error {
	return s.writeOne(ctx, "UPDATE invoices SET status = ?, cancelled_at = ? WHERE merchant_id = ? AND id = ? AND cancelled_at IS NULL",
		status, micros(now), merchantID, id)
}
