package billium

import (
	"context"
	"errors"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Presented is CurrentAPIKey for anyone who concludes something from which key that is:
// one whose prefix is not the credential's is client.ErrUnidentified. One request.
func (c *Client) Presented(ctx context.Context, merchantID string) (*CurrentAPIKey, error) {
	key, err := c.CurrentAPIKey(ctx, merchantID)
	if err != nil {
		return nil, err
	}
	if err := c.http.CheckPrefix(key.ID, key.KeyPrefix); err != nil {
		return nil, err
	}
	return key, nil
}

// OwnKey returns the key that the client presents. Billium tells for certain; every
// error, that it could not be asked among them, is client.ErrUnidentified. One
// request.
func (c *Client) OwnKey(ctx context.Context, merchantID string) (*CurrentAPIKey, error) {
	key, err := c.Presented(ctx, merchantID)
	switch {
	case errors.Is(err, client.ErrUnidentified):
		return nil, err
	case client.Refused(err):
		return nil, client.Unidentified("Billium refuses it", err)
	case err != nil:
		return nil, client.Unidentified("Billium could not be asked", err)
	}
	return key, nil
}

// Identify returns which key a token is. The token is presented to Billium once,
// which counts as a use of the key. Of one that Billium refuses the client, which
// needs api_key:view for that, reads in the log whose it was.
// client.ErrUnidentified tells that nothing is certain, among others because the
// token was never one of the merchant's.
func (c *Client) Identify(ctx context.Context, merchantID string, token client.Secret) (client.Identity, error) {
	transport, err := c.http.WithCredential(token)
	if err != nil {
		return client.Identity{}, err
	}
	marked, nonce, err := transport.WithNonce()
	if err != nil {
		return client.Identity{}, err
	}
	started := c.http.Now()
	key, err := (&Client{http: marked}).OwnKey(ctx, merchantID)
	switch {
	case err == nil:
		return client.Identity{KeyID: key.ID}, nil
	case !client.Refused(err):
		return client.Identity{}, err
	}
	refusal := err
	for row, err := range c.APILogs(ctx, merchantID, LogFilter{CreatedAfter: c.http.LogSince(started)}) {
		switch {
		case err != nil:
			return client.Identity{}, client.Unidentified("Billium refuses it, and its log could not be read", refusal)
		case client.HasNonce(row.UserAgent, nonce) && row.APIKeyID != nil:
			return client.Identity{KeyID: *row.APIKeyID, Refusal: refusal}, nil
		}
	}
	return client.Identity{}, client.Unidentified("no key of the merchant in Billium's log matches the token", refusal)
}
