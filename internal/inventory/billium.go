package inventory

import (
	"context"
	"fmt"
	"iter"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// billiumReader is a Billium account as a reader of keys.
type billiumReader struct {
	BilliumAccount

	own *billiumapi.CurrentAPIKey // once asked for
}

func (h *billiumReader) name() string { return h.Name }

func (h *billiumReader) platform() string { return Billium }

func (h *billiumReader) credential() client.Secret { return h.Credential }

func (h *billiumReader) each(ctx context.Context, options ListOptions) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		if options.Scope != "" && options.Scope != h.MerchantID {
			return
		}
		for found, err := range h.Client.APIKeys(ctx, h.MerchantID, billium.KeyFilter{IncludeRevoked: options.Revoked}) {
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

func (h *billiumReader) key(found billiumapi.APIKey) Key {
	permissions := make([]string, len(found.Permissions))
	for i, p := range found.Permissions {
		permissions[i] = string(p)
	}
	key := Key{
		Platform: Billium, Account: h.Name, ID: found.ID, Name: found.Name, Scope: &found.MerchantID, KeyPrefix: found.KeyPrefix,
		Status: status(found.IsActive, found.RevokedAt), Type: string(found.Type), Permissions: permissions,
		PermissionSetID: found.PermissionSetID, CreatedBy: found.CreatedBy,
		CreatedAt: found.CreatedAt, LastUsedAt: found.LastUsedAt, RevokedAt: found.RevokedAt, reader: h,
	}
	return key.marked(h.now())
}

func (h *billiumReader) get(ctx context.Context, key Key) (Key, error) {
	found, err := h.Client.GetAPIKey(ctx, h.MerchantID, key.ID)
	if err != nil {
		return Key{}, err
	}
	return h.key(*found), nil
}

func (h *billiumReader) byID(ctx context.Context, id string) (Key, error) {
	if !platform.ValidID(platform.APIKeyID, id) {
		return Key{}, fmt.Errorf("%w: %s", client.ErrNotFound, id)
	}
	return h.get(ctx, Key{ID: id})
}

func (h *billiumReader) revoke(ctx context.Context, key Key) error {
	return h.Client.RevokeAPIKey(ctx, h.MerchantID, key.ID)
}

func (h *billiumReader) as(token client.Secret) (reader, error) {
	other := *h
	var err error
	other.Client, err = h.Client.WithCredential(token)
	other.Credential, other.own = token, nil
	return &other, err
}

func (h *billiumReader) verify(ctx context.Context) error { return h.Client.Verify(ctx, h.MerchantID) }

func (h *billiumReader) self(ctx context.Context) (Key, error) {
	current, err := h.ownKey(ctx)
	if err != nil {
		return Key{}, err
	}
	return h.currentKey(current), nil
}

// ownKey asks for the account's own key once.
func (h *billiumReader) ownKey(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	if h.own != nil {
		return h.own, nil
	}
	current, err := h.Client.OwnKey(ctx, h.MerchantID)
	h.own = current
	return current, err
}

func (h *billiumReader) identify(ctx context.Context, _ Key, token client.Secret) (client.Identity, error) {
	return h.Client.Identify(ctx, h.MerchantID, token)
}

func (h *billiumReader) currentKey(current *billiumapi.CurrentAPIKey) Key {
	return h.key(billiumapi.APIKey{
		ID: current.ID, MerchantID: current.MerchantID, Name: current.Name, Type: current.Type, Permissions: current.EffectivePermissions,
		PermissionSetID: current.PermissionSetID, KeyPrefix: current.KeyPrefix, IsActive: current.IsActive, CreatedBy: current.CreatedBy,
		CreatedAt: current.CreatedAt, LastUsedAt: current.LastUsedAt, RevokedAt: current.RevokedAt,
	})
}

func (h *billiumReader) logs(ctx context.Context, filter LogFilter) iter.Seq2[Request, error] {
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

func (h *billiumReader) request(row billiumapi.APILog) Request {
	return Request{
		Platform: Billium, Account: h.Name, ID: row.ID, KeyID: row.APIKeyID, Scope: row.MerchantID, Method: row.Method, Path: row.Path,
		Status: row.Status, DurationMS: row.DurationMs, IP: row.IP, UserAgent: row.UserAgent, CreatedAt: row.CreatedAt,
	}
}
