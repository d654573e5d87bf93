package billium

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListPermissionSets lists the merchant's permission sets.
func (s *server) ListPermissionSets(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListPermissionSetsParams) {
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.PermissionSets(merchantID).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, permissionSet), err)
}

// CreatePermissionSet adds a set of what its creator holds.
func (s *server) CreatePermissionSet(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, _ billiumapi.CreatePermissionSetParams) {
	request, err := body[billiumapi.CreatePermissionSetRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	wanted := own(&request.Permissions)
	if err := checkHolds(callerOf(r).key, nil, wanted); err != nil {
		s.fail(w, r, err)
		return
	}
	now := s.Now().UTC()
	row := store.PermissionSet{
		MerchantID: merchantID, Name: request.Name, Description: request.Description, Permissions: wanted, CreatedAt: now, UpdatedAt: now,
	}
	if row.ID, err = billium.NewID(s.Rand, billium.PermissionSetID); err == nil {
		err = s.Store.PermissionSets(merchantID).Insert(r.Context(), row)
	}
	s.answer(w, r, http.StatusCreated, permissionSet(row), err)
}

// GetPermissionSet returns one of the merchant's permission sets.
func (s *server) GetPermissionSet(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.PermissionSetID) {
	row, err := s.set(r.Context(), merchantID, id)
	s.answer(w, r, http.StatusOK, permissionSet(row), err)
}

func (s *server) set(ctx context.Context, merchantID, id string) (store.PermissionSet, error) {
	row, err := s.Store.PermissionSets(merchantID).Get(ctx, id)
	return row, named("Permission set", err)
}

// setOrNil is set for a request that need not name one.
func (s *server) setOrNil(ctx context.Context, merchantID string, id *string) (*store.PermissionSet, error) {
	if id == nil {
		return nil, nil //nolint:nilnil // a request without a set is none to fail for
	}
	row, err := s.set(ctx, merchantID, *id)
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// UpdatePermissionSet changes a set, and with it all of its holders at once.
func (s *server) UpdatePermissionSet(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.PermissionSetID) {
	request, err := body[billiumapi.UpdatePermissionSetRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var row store.PermissionSet
	err = s.Store.Exclusively(r.Context(), func(ctx context.Context) error {
		before, err := s.set(ctx, merchantID, id)
		if err != nil {
			return err
		}
		wanted := own(request.Permissions)
		if wanted != nil {
			if err := s.checkSetChange(ctx, callerOf(r).key, before, wanted); err != nil {
				return err
			}
		}
		row, err = s.Store.PermissionSets(merchantID).Change(ctx, id, func(set *store.PermissionSet) {
			set.Name, set.Description = or(request.Name, set.Name), or(optional(request.Description), set.Description)
			if wanted != nil {
				set.Permissions = wanted
			}
			set.UpdatedAt = s.Now().UTC()
		})
		return err
	})
	s.answer(w, r, http.StatusOK, permissionSet(row), err)
}

// checkSetChange refuses permissions that the caller can't give, or that a
// public key among the set's holders can't have.
func (s *server) checkSetChange(ctx context.Context, caller store.BilliumKey, set store.PermissionSet, wanted []billium.Permission) error {
	if err := checkHolds(caller, set.Permissions, wanted); err != nil {
		return err
	}
	if exactlyPublic(wanted) {
		return nil
	}
	holders, err := s.Store.PermissionSetHolders(ctx, set.MerchantID, set.ID, s.Now())
	if err != nil {
		return err
	}
	for _, k := range holders.Keys {
		if k.Type == billium.Public {
			return invalid(fmt.Sprintf("permissions must stay exactly %s while a PUBLIC key uses the set: api key %s (%s)",
				publicNames(), k.ID, k.Name))
		}
	}
	return nil
}

// DeletePermissionSet deletes a set that is not in use.
func (s *server) DeletePermissionSet(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.PermissionSetID) {
	err := DeletePermissionSet(r.Context(), s.Config, merchantID, id)
	s.answer(w, r, http.StatusOK, billiumapi.DeletedResource{ID: id, Deleted: true}, err)
}

// DeletePermissionSet deletes a set, unless a key, a member or an invitation uses
// it.
func DeletePermissionSet(ctx context.Context, config Config, merchantID, id string) error {
	return config.Store.Exclusively(ctx, func(ctx context.Context) error {
		holders, err := config.Store.PermissionSetHolders(ctx, merchantID, id, config.Now())
		if err != nil {
			return err
		}
		if names := holderNames(holders); len(names) > 0 {
			return &apiError{http.StatusConflict, "Permission set is in use by " + strings.Join(names, ", ")}
		}
		return named("Permission set", config.Store.DeletePermissionSet(ctx, merchantID, id))
	})
}

func holderNames(h store.Holders) []string {
	var names []string
	for _, k := range h.Keys {
		names = append(names, fmt.Sprintf("api key %s (%s)", k.ID, k.Name))
	}
	for _, m := range h.Members {
		names = append(names, fmt.Sprintf("team member %s (%s)", m.ID, m.Email))
	}
	for _, i := range h.Invitations {
		names = append(names, fmt.Sprintf("invitation %s (%s)", i.ID, i.Email))
	}
	return names
}

func permissionSet(p store.PermissionSet) billiumapi.PermissionSet {
	return billiumapi.PermissionSet{
		ID: p.ID, MerchantID: p.MerchantID, Name: p.Name, Description: p.Description, Permissions: wire(p.Permissions),
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}
