package keyring

import (
	"context"
	"fmt"
	"iter"

	"github.com/keyward/terraform-provider-keyward/internal/account"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// billiumHolder is a Billium account as a holder of keys.
type billiumHolder struct {
	account.BilliumAccount

	own *billiumapi.CurrentAPIKey // once asked for
}

func (h *billiumHolder) name() string { return h.Name }

func (h *billiumHolder) platform() string { return Billium }

func (h *billiumHolder) credential() client.Secret { return h.Credential }

func (h *billiumHolder) each(ctx context.Context, narrow Narrow) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		if narrow.Scope != "" && narrow.Scope != h.MerchantID {
			return
		}
		for found, err := range h.Client.APIKeys(ctx, h.MerchantID, billium.KeyFilter{IncludeRevoked: narrow.Revoked}) {
			if err != nil {
				yield(Key{}, err)
				return
			}
			if !yield(h.key(found), nil) {
				return
			}
		}
	}
}

func (h *billiumHolder) key(found billiumapi.APIKey) Key {
	permissions := make([]string, len(found.Permissions))
	for i, p := range found.Permissions {
		permissions[i] = string(p)
	}
	key := Key{
		Platform: Billium, Account: h.Name, ID: found.ID, Name: found.Name, Scope: &found.MerchantID, KeyPrefix: found.KeyPrefix,
		Status: status(found.IsActive, found.RevokedAt), Type: string(found.Type), Permissions: permissions,
		PermissionSetID: found.PermissionSetID, CreatedBy: found.CreatedBy,
		CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt, holder: h,
	}
	return key.marked(h.now())
}

func (h *billiumHolder) get(ctx context.Context, key Key) (Key, error) {
	found, err := h.Client.GetAPIKey(ctx, h.MerchantID, key.ID)
	if err != nil {
		return Key{}, err
	}
	return h.key(*found), nil
}

func (h *billiumHolder) byID(ctx context.Context, id string) (Key, error) {
	if !platform.ValidID(platform.APIKeyID, id) {
		return Key{}, fmt.Errorf("%w: %s", client.ErrNotFound, id)
	}
	return h.get(ctx, Key{ID: id})
}

func (h *billiumHolder) revoke(ctx context.Context, key Key) error {
	return h.Client.RevokeAPIKey(ctx, h.MerchantID, key.ID)
}

func (h *billiumHolder) as(token client.Secret) (holder, error) {
	other := *h
	var err error
	other.Client, err = h.Client.WithCredential(token)
	other.Credential, other.own = token, nil
	return &other, err
}

func (h *billiumHolder) verify(ctx context.Context) error { return h.Client.Verify(ctx, h.MerchantID) }

func (h *billiumHolder) self(ctx context.Context) (Key, error) {
	current, err := h.ownKey(ctx)
	if err != nil {
		return Key{}, err
	}
	return h.currentKey(current), nil
}

// ownKey asks for the account's own key once.
func (h *billiumHolder) ownKey(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	if h.own != nil {
		return h.own, nil
	}
	current, err := h.Client.OwnKey(ctx, h.MerchantID)
	h.own = current
	return current, err
}

func (h *billiumHolder) identify(ctx context.Context, _ Key, token client.Secret) (client.Identity, error) {
	return h.Client.Identify(ctx, h.MerchantID, token)
}

func (h *billiumHolder) currentKey(current *billiumapi.CurrentAPIKey) Key {
	return h.key(billiumapi.APIKey{
		ID: current.ID, MerchantID: current.MerchantID, Name: current.Name, Type: current.Type, Permissions: current.EffectivePermissions,
		PermissionSetID: current.PermissionSetID, KeyPrefix: current.KeyPrefix, IsActive: current.IsActive, CreatedBy: current.CreatedBy,
		CreatedAt: current.CreatedAt, LastUsedAt: current.LastUsedAt, RevokedAt: current.RevokedAt,
	})
}

func (h *billiumHolder) logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error] {
	return func(yield func(Request, error) bool) {
		if filter.Scope != "" && filter.Scope != h.MerchantID {
			return
		}
		rows := 0
		for row, err := range h.Client.APILogs(ctx, h.MerchantID, filter.billium()) {
			if err != nil {
				yield(Request{}, fmt.Errorf("the log of the merchant %s: %w", h.MerchantID, err))
				return
			}
			request := h.request(row)
			if !filter.passes(request) {
				continue
			}
			if !yield(request, nil) {
				return
			}
			if rows++; filter.Limit > 0 && rows >= filter.Limit {
				return
			}
		}
	}
}

func (h *billiumHolder) request(row billiumapi.APILog) Request {
	return Request{
		Platform: Billium, Account: h.Name, ID: row.ID, KeyID: row.APIKeyID, Scope: row.MerchantID, Method: row.Method, Path: row.Path,
		Status: row.Status, DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
	}
}
