package corebill

import (
	"context"
	"errors"
	"net/http"
	"time"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// revokedFor is how long a revoked key can still be read. Source: contract.
const revokedFor = 90 * 24 * time.Hour

// NewKey mints a key and its token. The caller fills in the rest and stores it.
func NewKey(config Config) (store.CorebillKey, string, error) {
	id, err := corebill.NewID(config.Rand, corebill.APIKeyID)
	if err != nil {
		return store.CorebillKey{}, "", err
	}
	token, err := corebill.NewToken(config.Rand)
	if err != nil {
		return store.CorebillKey{}, "", err
	}
	token = secret.Start(token, corebill.TokenPrefix, config.TokenStart)
	return store.CorebillKey{
		ID: id, KeyPrefix: corebill.KeyPrefix(token), TokenHash: secret.Hash(token), CreatedAt: config.Now().UTC(),
	}, token, nil
}

// ListAPIKeys lists the company's keys, for an organization key its own ones too.
func (s *server) ListAPIKeys(w http.ResponseWriter, r *http.Request, params corebillapi.ListAPIKeysParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	scope := s.visible(r)
	if !or(params.IncludeRevoked, false) {
		scope.RevokedAfter = nil
	}
	used := s.Recorder.Used(store.Corebill)
	rows, more, err := s.Store.CorebillKeysIn(scope).ByCursor(r.Context(), c)
	object := func(k store.CorebillKey) corebillapi.APIKey { return apiKey(k, used) }
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, object, func(k corebillapi.APIKey) string { return k.ID }), listed(c, err))
}

// visible is what the caller may see of the keys, revoked ones included.
func (s *server) visible(r *http.Request) store.CorebillKeyScope {
	c, since := callerOf(r), s.Now().Add(-revokedFor)
	return store.CorebillKeyScope{
		OrganizationID: c.key.OrganizationID, CompanyID: c.asked, WithOrganization: c.organization(), RevokedAfter: &since,
	}
}

// CreateAPIKey creates a key and answers with its token, once.
func (s *server) CreateAPIKey(w http.ResponseWriter, r *http.Request, _ corebillapi.CreateAPIKeyParams) {
	caller := callerOf(r)
	request, err := body[corebillapi.CreateAPIKeyRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	companyID, err := ownerOf(request, caller)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	key, token, err := NewKey(s.Config)
	if err == nil {
		key.OrganizationID, key.CompanyID, key.Name = caller.key.OrganizationID, companyID, request.Name
		key.Level, key.CreatedBy = corebill.Level(request.PermissionLevel), caller.key.ID
		err = s.Store.CorebillKeys().Insert(r.Context(), key)
	}
	s.answer(w, r, http.StatusCreated, createdAPIKey(key, token), err)
}

// ownerOf returns the company of a new key, nil for the organization, or why the
// caller may not create it.
func ownerOf(request corebillapi.CreateAPIKeyRequest, c *caller) (*string, error) {
	if level := corebill.Level(request.PermissionLevel); !c.key.Level.Includes(level) {
		return nil, needLevel(level)
	}
	asked := optional(request.CompanyID)
	switch {
	case asked == nil:
		return &c.asked, nil
	case *asked == nil && !c.organization():
		return nil, errNeedOrganization
	case *asked == nil:
		return nil, nil
	case **asked != c.asked:
		return nil, errOtherCompany
	default:
		return *asked, nil
	}
}

// GetAPIKey returns one key.
func (s *server) GetAPIKey(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.GetAPIKeyParams) {
	used := s.Recorder.Used(store.Corebill)
	key, err := s.key(r.Context(), r, id)
	s.answer(w, r, http.StatusOK, apiKey(key, used), err)
}

func (s *server) key(ctx context.Context, r *http.Request, id string) (store.CorebillKey, error) {
	key, err := s.Store.CorebillKeysIn(s.visible(r)).Get(ctx, id)
	return key, named("API key", err)
}

// UpdateAPIKey renames, disables or enables a key.
func (s *server) UpdateAPIKey(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.UpdateAPIKeyParams) {
	request, err := body[corebillapi.UpdateAPIKeyRequest](r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.change(w, r, id, func(ctx context.Context, _ store.CorebillKey) error {
		err := s.Store.ChangeCorebillKey(ctx, id, func(k *store.CorebillKey) {
			k.Name, k.Disabled = or(request.Name, k.Name), or(request.Disabled, k.Disabled)
		})
		if errors.Is(err, store.ErrNotFound) {
			return errRevokedKey // it was there a moment ago
		}
		return err
	})
}

// RevokeAPIKey revokes a key. Again, it changes nothing.
func (s *server) RevokeAPIKey(w http.ResponseWriter, r *http.Request, id corebillapi.ID, _ corebillapi.RevokeAPIKeyParams) {
	s.change(w, r, id, func(ctx context.Context, _ store.CorebillKey) error {
		return s.Store.RevokeCorebillKey(ctx, id, s.Now())
	})
}

// change does something to a key within the caller's reach and answers with the
// key as it is then.
func (s *server) change(w http.ResponseWriter, r *http.Request, id string, do func(context.Context, store.CorebillKey) error) {
	used := s.Recorder.Used(store.Corebill)
	var key store.CorebillKey
	err := s.Store.InTx(r.Context(), func(ctx context.Context) error {
		before, err := s.key(ctx, r, id)
		if err != nil {
			return err
		}
		if err := do(ctx, before); err != nil {
			return err
		}
		key, err = s.key(ctx, r, id)
		return err
	})
	s.answer(w, r, http.StatusOK, apiKey(key, used), err)
}

// apiKey is a key as responses show it. used holds uses that the database does
// not have yet.
func apiKey(k store.CorebillKey, used map[string]time.Time) corebillapi.APIKey {
	if at, ok := used[k.ID]; ok && (k.LastUsedAt == nil || at.After(*k.LastUsedAt)) {
		k.LastUsedAt = &at
	}
	return corebillapi.APIKey{
		ID: k.ID, Object: corebillapi.APIKeyObjectAPIKey, Name: k.Name, CompanyID: k.CompanyID,
		PermissionLevel: corebillapi.PermissionLevel(k.Level), KeyPrefix: k.KeyPrefix, Disabled: k.Disabled,
		CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: utcOrNil(k.LastUsedAt), RevokedAt: k.RevokedAt,
	}
}

func createdAPIKey(k store.CorebillKey, token string) corebillapi.CreatedAPIKey {
	return corebillapi.CreatedAPIKey{
		ID: k.ID, Object: corebillapi.APIKeyObjectAPIKey, Name: k.Name, CompanyID: k.CompanyID,
		PermissionLevel: corebillapi.PermissionLevel(k.Level), KeyPrefix: k.KeyPrefix, Disabled: k.Disabled,
		CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, Token: token,
	}
}

// ListAPILogs lists the requests made for the company; an organization key also
// sees those that were made for none.
func (s *server) ListAPILogs(w http.ResponseWriter, r *http.Request, params corebillapi.ListAPILogsParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err == nil {
		err = s.Recorder.Flush(r.Context())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, more, err := s.Store.Logs(store.LogFilter{
		Platform: store.Corebill, ScopeID: params.CompanyID, WithoutScope: callerOf(r).organization(),
		KeyID: params.APIKeyID, Status: params.Status, CreatedAfter: params.CreatedAfter, CreatedBefore: params.CreatedBefore,
	}).ByCursor(r.Context(), c)
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, apiLog, func(l corebillapi.APILog) string { return l.ID }), listed(c, err))
}

func apiLog(l store.Log) corebillapi.APILog {
	return corebillapi.APILog{
		ID: l.ID, Object: corebillapi.APILogObjectAPILog, APIKeyID: l.KeyID, CompanyID: l.ScopeID, Method: l.Method, Path: l.Path,
		Status: l.Status, DurationMs: l.DurationMS, IP: l.IP, UserAgent: l.UserAgent, CreatedAt: l.CreatedAt,
	}
}
