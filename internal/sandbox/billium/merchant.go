package billium

import (
	"net/http"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// GetMerchant returns the merchant.
func (s *server) GetMerchant(w http.ResponseWriter, r *http.Request, id billiumapi.MerchantID) {
	row, err := s.Store.Merchants().Get(r.Context(), id)
	s.answer(w, r, http.StatusOK, merchant(row), named("Merchant", err))
}

// UpdateMerchant renames the merchant.
func (s *server) UpdateMerchant(w http.ResponseWriter, r *http.Request, id billiumapi.MerchantID) {
	request, err := body[billiumapi.UpdateMerchantRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row, err := s.Store.Merchants().Change(r.Context(), id, func(m *store.Merchant) { m.Name = or(request.Name, m.Name) })
	s.answer(w, r, http.StatusOK, merchant(row), named("Merchant", err))
}

func merchant(m store.Merchant) billiumapi.Merchant {
	return billiumapi.Merchant{ID: m.ID, Name: m.Name, CreatedAt: m.CreatedAt}
}
