package billium

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const keysPart = "api-keys"

// CurrentAPIKey is the key that a client presents, as the contract has it.
type CurrentAPIKey = billiumapi.CurrentAPIKey

// CreatedAPIKey is a key just created, and its token, which no other response
// will ever hold, except the replay of the creation under its idempotency key.
type CreatedAPIKey struct {
	Key   billiumapi.APIKey
	Token client.Secret
}

// createdAnswer is the response to a creation, its token a Secret from the start.
type createdAnswer struct {
	billiumapi.APIKey
	Token client.Secret `json:"token"`
}

func (a *createdAnswer) check() error {
	form, ok := billium.TokenType(a.Token.Reveal())
	switch {
	case !billium.ValidID(billium.APIKeyID, a.ID):
		return errors.New("it has no valid key id")
	case a.Token.Empty():
		return errors.New("it has no token")
	case !ok || string(form) != string(a.Type):
		return errors.New("its token is not a valid token of its type")
	}
	return nil
}

// KeyFilter narrows a list of keys.
type KeyFilter struct {
	// IncludeRevoked lists the keys revoked in the last 90 days too.
	IncludeRevoked bool
	// Announce is told how many pages APIKeys will read, as the first one tells it and
	// where that is sound; nil: no one.
	Announce func(pages int)
}

// CreateAPIKey creates a key. With an idempotency key (1 to 255 visible ASCII
// characters, one per key to create) a creation whose answer is lost is repeated
// and the platform answers with the key that it made; within 24 hours the caller
// can do the same with another call. Without one ("") it is sent once only,
// unless it is certain that it had no effect. client.ErrOutcomeUnknown tells that
// a key may exist whose token no one has; an error whose CreatedID is set, that
// one does.
func (c *Client) CreateAPIKey(ctx context.Context, merchantID string, key billiumapi.CreateAPIKeyRequest, idempotencyKey string) (*CreatedAPIKey, error) {
	var answer createdAnswer
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, keysPart), Body: key,
		IdempotencyKey: idempotencyKey, Check: answer.check, SeeThrough: true,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return &CreatedAPIKey{Key: answer.APIKey, Token: answer.Token}, nil
}

// CurrentAPIKey returns the key that the client itself presents, with what it
// may do right now. Any valid key may ask.
func (c *Client) CurrentAPIKey(ctx context.Context, merchantID string) (*billiumapi.CurrentAPIKey, error) {
	var key billiumapi.CurrentAPIKey
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: at(merchantID, keysPart, "current"),
		Check: func() error { return sameID(key.MerchantID, merchantID) },
	}, &key)
	if err != nil {
		return nil, err
	}
	return &key, nil
}

// GetAPIKey returns a key. A revoked one has RevokedAt for 90 days and is
// client.ErrNotFound afterwards.
func (c *Client) GetAPIKey(ctx context.Context, merchantID, keyID string) (*billiumapi.APIKey, error) {
	return c.key(ctx, http.MethodGet, merchantID, keyID, nil)
}

// UpdateAPIKey changes a key's name, permissions or permission set, or switches
// it on or off.
func (c *Client) UpdateAPIKey(ctx context.Context, merchantID, keyID string, change billiumapi.UpdateAPIKeyRequest) (*billiumapi.APIKey, error) {
	return c.key(ctx, http.MethodPatch, merchantID, keyID, change)
}

// RevokeAPIKey revokes a key. That it has been revoked before is no error: the
// key works no longer. client.ErrNotFound tells that Billium knows no such key
// where the API key may look.
func (c *Client) RevokeAPIKey(ctx context.Context, merchantID, keyID string) error {
	_, err := c.key(ctx, http.MethodDelete, merchantID, keyID, nil)
	return err
}

func (c *Client) key(ctx context.Context, method, merchantID, keyID string, body any) (*billiumapi.APIKey, error) {
	var key billiumapi.APIKey
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: at(merchantID, keysPart, keyID), Body: body,
		Check: func() error { return checkKey(key, method, keyID) },
	}, &key)
	if err != nil {
		return nil, err
	}
	return &key, nil
}

func checkKey(key billiumapi.APIKey, method, keyID string) error {
	if method == http.MethodDelete && key.RevokedAt == nil {
		return errors.New("it doesn't say that the key is revoked")
	}
	return sameID(key.ID, keyID)
}

// APIKeys yields the merchant's keys, newest first, page by page. An error is
// the last thing it yields.
func (c *Client) APIKeys(ctx context.Context, merchantID string, filter KeyFilter) iter.Seq2[billiumapi.APIKey, error] {
	return walk(func(key billiumapi.APIKey) string { return key.ID }, func(number int) (page[billiumapi.APIKey], error) {
		got, err := c.APIKeyPage(ctx, merchantID, filter, number)
		return page[billiumapi.APIKey](got).announce(filter.Announce), err
	})
}

// APIKeyPage returns a page of up to PageSize keys, counted from 1. One request.
func (c *Client) APIKeyPage(ctx context.Context, merchantID string, filter KeyFilter, number int) (billiumapi.APIKeyPage, error) {
	query := url.Values{}
	if filter.IncludeRevoked {
		query.Set("includeRevoked", "true")
	}
	got, err := list[billiumapi.APIKey](ctx, c, at(merchantID, keysPart), query, number, PageSize)
	return billiumapi.APIKeyPage(got), err
}
