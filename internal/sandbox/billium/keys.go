package billium

import (
	"context"
	"errors"
	"net/http"
	"time"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// revokedFor is how long a revoked key can still be read. Source: contract.
const revokedFor = 90 * 24 * time.Hour

// NewKey mints a key of the type and its token. The caller fills in the rest and
// stores it.
func NewKey(config Config, keyType billium.KeyType) (store.BilliumKey, string, error) {
	id, err := billium.NewID(config.Rand, billium.APIKeyID)
	if err != nil {
		return store.BilliumKey{}, "", err
	}
	token, err := billium.NewToken(config.Rand, keyType)
	if err != nil {
		return store.BilliumKey{}, "", err
	}
	token = secret.Start(token, keyType.TokenPrefix(), config.TokenStart)
	return store.BilliumKey{
		ID: id, Type: keyType, KeyPrefix: billium.KeyPrefix(token), TokenHash: secret.Hash(token), IsActive: true,
		CreatedAt: config.Now().UTC(),
	}, token, nil
}

// ListAPIKeys lists the merchant's keys.
func (s *server) ListAPIKeys(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListAPIKeysParams) {
	var since *time.Time
	if or(params.IncludeRevoked, false) {
		at := s.Now().Add(-revokedFor)
		since = &at
	}
	p := paging(params.Page, params.Limit)
	used := s.Recorder.Used(store.Billium)
	rows, total, err := s.Store.BilliumKeysOf(merchantID, since).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, func(k store.BilliumKey) billiumapi.APIKey { return apiKey(k, used) }), err)
}

// CreateAPIKey creates a key and answers with its token, once.
func (s *server) CreateAPIKey(w http.ResponseWriter, r *http.Request, _ billiumapi.MerchantID, _ billiumapi.CreateAPIKeyParams) {
	request, err := body[billiumapi.CreateAPIKeyRequest](r)
	if err == nil {
		err = checkOneOf(request.Permissions != nil, request.PermissionSetID != nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	key, token, err := NewKey(s.Config, billium.KeyType(or(request.Type, billiumapi.KeyTypeSecret)))
	if err == nil {
		key.Name = request.Name
		key, err = s.issue(r.Context(), callerOf(r).key, key, request)
	}
	s.answer(w, r, http.StatusCreated, createdAPIKey(key, token), err)
}

// issue grants a new key what the request asks for, as far as the caller can,
// and stores it.
func (s *server) issue(ctx context.Context, caller, key store.BilliumKey, request billiumapi.CreateAPIKeyRequest) (store.BilliumKey, error) {
	key.MerchantID, key.MemberID, key.CreatedBy = caller.MerchantID, caller.MemberID, caller.ID
	// Exclusively: neither the set nor the issuing user may go meanwhile.
	err := s.Store.Exclusively(ctx, func(ctx context.Context) error {
		if _, err := s.Store.TeamMembers(key.MerchantID).Get(ctx, key.MemberID); errors.Is(err, store.ErrNotFound) {
			return errInvalidKey // the caller's own, for its user has left
		} else if err != nil {
			return err
		}
		set, err := s.setOrNil(ctx, key.MerchantID, request.PermissionSetID)
		if err != nil {
			return err
		}
		if key.Permissions, err = grant(caller, key.Type, own(request.Permissions), set); err != nil {
			return err
		}
		key.PermissionSetID = request.PermissionSetID
		if err := s.Store.BilliumKeys().Insert(ctx, key); err != nil {
			return err
		}
		key, err = s.key(ctx, key.MerchantID, key.ID)
		return err
	})
	return key, err
}

// GetCurrentAPIKey returns the presented key and what it can do now.
func (s *server) GetCurrentAPIKey(w http.ResponseWriter, r *http.Request, _ billiumapi.MerchantID) {
	key := callerOf(r).key
	k := apiKey(key, s.Recorder.Used(store.Billium))
	s.answer(w, r, http.StatusOK, billiumapi.CurrentAPIKey{
		ID: k.ID, MerchantID: k.MerchantID, Name: k.Name, Type: k.Type, Permissions: k.Permissions, PermissionSetID: k.PermissionSetID,
		KeyPrefix: k.KeyPrefix, IsActive: k.IsActive, CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt,
		RevokedAt: k.RevokedAt, Role: billiumapi.Role(key.Role), EffectivePermissions: wire(key.Effective()),
	}, nil)
}

// GetAPIKey returns one of the merchant's keys.
func (s *server) GetAPIKey(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.APIKeyID) {
	used := s.Recorder.Used(store.Billium)
	key, err := s.key(r.Context(), merchantID, id)
	s.answer(w, r, http.StatusOK, apiKey(key, used), err)
}

func (s *server) key(ctx context.Context, merchantID, id string) (store.BilliumKey, error) {
	since := s.Now().Add(-revokedFor)
	key, err := s.Store.BilliumKeysOf(merchantID, &since).Get(ctx, id)
	return key, named("API key", err)
}

// UpdateAPIKey changes a key in place.
func (s *server) UpdateAPIKey(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.APIKeyID) {
	request, err := body[billiumapi.UpdateAPIKeyRequest](r)
	if err == nil {
		err = checkOneOf(request.Permissions != nil, request.PermissionSetID != nil)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.change(w, r, merchantID, id, func(ctx context.Context, before store.BilliumKey) error {
		set, err := s.setOrNil(ctx, merchantID, request.PermissionSetID)
		if err != nil {
			return err
		}
		wanted := own(request.Permissions)
		if err := checkRegrant(callerOf(r).key, before, wanted, set); err != nil {
			return err
		}
		err = s.Store.ChangeBilliumKey(ctx, id, func(k *store.BilliumKey) {
			k.Name, k.IsActive = or(request.Name, k.Name), or(request.IsActive, k.IsActive)
			if wanted != nil || set != nil {
				k.Permissions, k.PermissionSetID = wanted, request.PermissionSetID
			}
		})
		if errors.Is(err, store.ErrNotFound) {
			return errRevokedKey // it was there a moment ago
		}
		return err
	})
}

// RevokeAPIKey revokes a key. Again, it changes nothing.
func (s *server) RevokeAPIKey(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, id billiumapi.APIKeyID) {
	s.change(w, r, merchantID, id, func(ctx context.Context, _ store.BilliumKey) error {
		return s.Store.RevokeBilliumKey(ctx, id, s.Now())
	})
}

// change does something to one of the merchant's keys and answers with the key
// as it is then.
func (s *server) change(w http.ResponseWriter, r *http.Request, merchantID, id string, do func(context.Context, store.BilliumKey) error) {
	used := s.Recorder.Used(store.Billium)
	var key store.BilliumKey
	err := s.Store.Exclusively(r.Context(), func(ctx context.Context) error {
		before, err := s.key(ctx, merchantID, id)
		if err != nil {
			return err
		}
		if err := do(ctx, before); err != nil {
			return err
		}
		key, err = s.key(ctx, merchantID, id)
		return err
	})
	s.answer(w, r, http.StatusOK, apiKey(key, used), err)
}

// apiKey is a key as responses show it. used holds uses that the database does
// not have yet.
func apiKey(k store.BilliumKey, used map[string]time.Time) billiumapi.APIKey {
	if at, ok := used[k.ID]; ok && (k.LastUsedAt == nil || at.After(*k.LastUsedAt)) {
		utc := at.UTC()
		k.LastUsedAt = &utc
	}
	return billiumapi.APIKey{
		ID: k.ID, MerchantID: k.MerchantID, Name: k.Name, Type: billiumapi.KeyType(k.Type), Permissions: wire(k.Granted()),
		PermissionSetID: k.PermissionSetID, KeyPrefix: k.KeyPrefix, IsActive: k.IsActive, CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt,
		LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
	}
}

func createdAPIKey(key store.BilliumKey, token string) billiumapi.CreatedAPIKey {
	k := apiKey(key, nil)
	return billiumapi.CreatedAPIKey{
		ID: k.ID, MerchantID: k.MerchantID, Name: k.Name, Type: k.Type, Permissions: k.Permissions, PermissionSetID: k.PermissionSetID,
		KeyPrefix: k.KeyPrefix, IsActive: k.IsActive, CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt,
		RevokedAt: k.RevokedAt, Token: token,
	}
}

// wire is permissions in the contract's type and the platform's order.
func wire(ps []billium.Permission) []billiumapi.Permission {
	out := make([]billiumapi.Permission, 0, len(ps))
	for _, p := range billium.Sort(ps) {
		out = append(out, billiumapi.Permission(p))
	}
	return out
}

// ListAPILogs lists the requests made for the merchant. Those whose key is
// unknown belong to no merchant for certain; a sandbox has one, so it sees them.
func (s *server) ListAPILogs(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListAPILogsParams) {
	if err := s.Recorder.Flush(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.Logs(store.LogFilter{
		Platform: store.Billium, ScopeID: merchantID, WithoutScope: true, KeyID: params.APIKeyID, Status: params.Status,
		CreatedAfter: params.CreatedAfter, CreatedBefore: params.CreatedBefore,
	}).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, apiLog), err)
}

func apiLog(l store.Log) billiumapi.APILog {
	return billiumapi.APILog{
		ID: l.ID, APIKeyID: l.KeyID, MerchantID: l.ScopeID, Method: l.Method, Path: l.Path, Status: l.Status, DurationMs: l.DurationMS,
		IP: l.IP, UserAgent: l.UserAgent, CreatedAt: l.CreatedAt,
	}
}
