package corebill

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const keysPath = "/v1/api_keys"

// CreatedAPIKey is a key just created, and its token, which no other response
// will ever hold.
type CreatedAPIKey struct {
	Key   corebillapi.APIKey
	Token client.Secret
}

// createdAnswer is the response to a creation, its token a Secret from the start.
type createdAnswer struct {
	corebillapi.APIKey
	Token client.Secret `json:"token"`
}

func (a *createdAnswer) check() error {
	switch {
	case !corebill.ValidID(corebill.APIKeyID, a.ID):
		return errors.New("it has no valid key id")
	case a.Token.Empty():
		return errors.New("it has no token")
	case !corebill.ValidToken(a.Token.Reveal()):
		return errors.New("its token is not a valid Corebill token")
	}
	return nil
}

// KeyFilter narrows a list of keys.
type KeyFilter struct {
	// IncludeRevoked lists the keys revoked in the last 90 days too.
	IncludeRevoked bool
}

// CreateAPIKey creates a key. It is sent once only, unless it is certain that
// it had no effect: Corebill has no idempotency keys. client.ErrOutcomeUnknown
// tells that a key may exist whose token no one has; an error whose CreatedID is
// set, that one does.
func (c *Client) CreateAPIKey(ctx context.Context, companyID string, key corebillapi.CreateAPIKeyRequest) (*CreatedAPIKey, error) {
	var answer createdAnswer
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: keysPath, Query: within(companyID), Body: key, Check: answer.check, SeeThrough: true,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &CreatedAPIKey{Key: answer.APIKey, Token: answer.Token}, nil
}

// GetAPIKey returns a key. A revoked one has RevokedAt for 90 days and is
// client.ErrNotFound afterwards.
func (c *Client) GetAPIKey(ctx context.Context, companyID, keyID string) (*corebillapi.APIKey, error) {
	return c.key(ctx, http.MethodGet, companyID, keyID, nil)
}

// UpdateAPIKey changes a key's name or switches it on or off.
func (c *Client) UpdateAPIKey(ctx context.Context, companyID, keyID string, change corebillapi.UpdateAPIKeyRequest) (*corebillapi.APIKey, error) {
	return c.key(ctx, http.MethodPatch, companyID, keyID, change)
}

// RevokeAPIKey revokes a key. That it has been revoked before is no error: the
// key works no longer. client.ErrNotFound tells that Corebill knows no such key
// where the API key may look.
func (c *Client) RevokeAPIKey(ctx context.Context, companyID, keyID string) error {
	_, err := c.key(ctx, http.MethodDelete, companyID, keyID, nil)
	return err
}

func (c *Client) key(ctx context.Context, method, companyID, keyID string, body any) (*corebillapi.APIKey, error) {
	var key corebillapi.APIKey
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: keysPath + "/" + url.PathEscape(keyID), Query: within(companyID), Body: body,
		Check: func() error { return checkKey(key, method, keyID) },
	}, &key)
	if err != nil {
		return nil, err
	}
	return &key, nil
}

func checkKey(key corebillapi.APIKey, method, keyID string) error {
	if method == http.MethodDelete && key.RevokedAt == nil {
		return errors.New("it doesn't say that the key is revoked")
	}
	return sameID(key.ID, keyID)
}

// APIKeys yields the keys of a company, newest first, page by page; for the
// caller with an organization key that organization's own too. An error is the
// last thing it yields.
func (c *Client) APIKeys(ctx context.Context, companyID string, filter KeyFilter) iter.Seq2[corebillapi.APIKey, error] {
	return walk(func(object corebillapi.APIKey) string { return object.ID }, func(after string) ([]corebillapi.APIKey, bool, *string, error) {
		list, err := c.APIKeyPage(ctx, companyID, filter, after)
		return list.Data, list.HasMore, list.NextCursor, err
	})
}

// APIKeyPage returns the page of up to PageSize keys that follows the key with
// the id after, or the first page for "". One request.
func (c *Client) APIKeyPage(ctx context.Context, companyID string, filter KeyFilter, after string) (corebillapi.APIKeyList, error) {
	query := within(companyID)
	if filter.IncludeRevoked {
		query.Set("include_revoked", "true")
	}
	var list keyList
	err := c.list(ctx, keysPath, query, after, PageSize, &list)
	return list.APIKeyList, err
}
