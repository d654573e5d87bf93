package billium

import (
	"context"
	"errors"
	"net/http"
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListInvoices lists the merchant's invoices.
func (s *server) ListInvoices(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListInvoicesParams) {
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.Invoices(merchantID).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, invoice), err)
}

// CreateInvoice adds an invoice.
func (s *server) CreateInvoice(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, _ billiumapi.CreateInvoiceParams) {
	request, err := body[billiumapi.CreateInvoiceRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if strings.Trim(request.Amount, "0.") == "" {
		s.fail(w, r, errZeroAmount)
		return
	}
	id, err := billium.NewID(s.Rand, billium.InvoiceID)
	row := store.Invoice{
		ID: id, MerchantID: merchantID, Status: string(billiumapi.InvoiceStatusCreated), Amount: request.Amount,
		Currency: request.Currency, Description: request.Description, CreatedAt: s.Now().UTC(),
	}
	if err == nil {
		err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
			if err := s.Store.Invoices(merchantID).Insert(ctx, row); err != nil {
				return err
			}
			return s.tell(ctx, merchantID, billiumapi.WebhookEventInvoiceCreated, invoice(row))
		})
	}
	s.answer(w, r, http.StatusCreated, invoice(row), err)
}

// GetInvoice returns one of the merchant's invoices.
func (s *server) GetInvoice(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.InvoiceID) {
	row, err := s.Store.Invoices(merchantID).Get(r.Context(), id)
	s.answer(w, r, http.StatusOK, invoice(row), named("Invoice", err))
}

// CancelInvoice cancels an invoice, once.
func (s *server) CancelInvoice(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.InvoiceID, _ billiumapi.CancelInvoiceParams) {
	var row store.Invoice
	err := s.Store.InTx(r.Context(), func(ctx context.Context) error {
		if _, err := s.Store.Invoices(merchantID).Get(ctx, id); err != nil {
			return err
		}
		err := s.Store.CancelInvoice(ctx, merchantID, id, string(billiumapi.InvoiceStatusCancelled), s.Now())
		if errors.Is(err, store.ErrNotFound) {
			return errCancelledInvoice // it is there, but not to be cancelled
		}
		if err == nil {
			row, err = s.Store.Invoices(merchantID).Get(ctx, id)
		}
		if err == nil {
			err = s.tell(ctx, merchantID, billiumapi.WebhookEventInvoiceCancelled, invoice(row))
		}
		return err
	})
	s.answer(w, r, http.StatusOK, invoice(row), named("Invoice", err))
}

func invoice(i store.Invoice) billiumapi.Invoice {
	return billiumapi.Invoice{
		ID: i.ID, MerchantID: i.MerchantID, Status: billiumapi.InvoiceStatus(i.Status), Amount: i.Amount, Currency: i.Currency,
		Description: i.Description, CreatedAt: i.CreatedAt, CancelledAt: i.CancelledAt,
	}
}
