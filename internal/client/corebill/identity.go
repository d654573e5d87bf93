package corebill

import (
	"context"
	"errors"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// OwnKey returns the key that the client presents. Corebill has no endpoint that
// tells, and the ten characters that it shows of a token fit many keys. But it logs
// every request with its key: the client lists a company, with a fresh nonce in the
// user agent, looks for the nonce in the log, and then reads the key, whose prefix must
// be the credential's. companyID is any company that the key reaches;
// client.ErrNotFound tells that it is none. Every other failure is
// client.ErrUnidentified too. Three requests, which count as uses of the key.
//
// Source: Corebill authentication page (every request is recorded in api_logs);
// contract (the rows without a company are shown to organization keys alone, so
// that the request names one).
func (c *Client) OwnKey(ctx context.Context, companyID string) (*corebillapi.APIKey, error) {
	identity, err := c.identify(ctx, c, companyID)
	if err != nil {
		if errors.Is(err, client.ErrNotFound) {
			return nil, err
		}
		return nil, unidentified(err)
	}
	key, err := c.GetAPIKey(ctx, companyID, identity.KeyID)
	switch {
	case errors.Is(err, client.ErrNotFound):
		return nil, client.Unidentified("Corebill's log names the key "+identity.KeyID+", which Corebill doesn't find", nil)
	case err != nil:
		return nil, unidentified(err)
	}
	if err := c.http.CheckPrefix(key.ID, key.KeyPrefix); err != nil {
		return nil, err
	}
	return key, nil
}

// Identify returns which key a token is: it is presented once, twice where it
// reaches another company, and the log tells whose request that was. This counts as
// a use of the key. companyID is any company that the client's own key reaches,
// which reads the log where the token is refused. client.ErrUnidentified tells that
// nothing is certain, among others because the token was never one of Corebill's.
func (c *Client) Identify(ctx context.Context, companyID string, token client.Secret) (client.Identity, error) {
	presented, err := c.WithCredential(token)
	if err != nil {
		return client.Identity{}, err
	}
	identity, err := presented.identify(ctx, c, companyID)
	if !errors.Is(err, client.ErrNotFound) {
		return identity, unidentified(err)
	}
	return presented.IdentifySelf(ctx)
}

// IdentifySelf is Identify of the client's own key, of which nothing else is known.
// A refused one is client.ErrUnidentified with the refusal.
func (c *Client) IdentifySelf(ctx context.Context) (client.Identity, error) {
	page, err := c.companyPage(ctx, "", 1)
	switch {
	case err != nil:
		return client.Identity{}, unidentified(err)
	case len(page.Data) == 0:
		return client.Identity{}, client.Unidentified("the key reaches no company, and Corebill's log can only be read for a company", nil)
	}
	identity, err := c.identify(ctx, c, page.Data[0].ID)
	return identity, unidentified(err)
}

// unidentified makes any error one that says so.
func unidentified(err error) error {
	switch {
	case err == nil, errors.Is(err, client.ErrUnidentified):
		return err
	case client.Refused(err):
		return client.Unidentified("Corebill refuses it", err)
	}
	return client.Unidentified("Corebill could not be asked", err)
}

// identify makes a request that names the company and finds its row in the log,
// which reader reads where the key is refused.
func (c *Client) identify(ctx context.Context, reader *Client, companyID string) (client.Identity, error) {
	marked, nonce, err := c.http.WithNonce()
	if err != nil {
		return client.Identity{}, err
	}
	started := c.http.Now()
	refusal := (&Client{http: marked}).VerifyIn(ctx, companyID)
	switch {
	case refusal == nil:
		reader = c // it sees its own request for certain
	case !client.Refused(refusal):
		return client.Identity{}, refusal
	case reader == c:
		return client.Identity{}, client.Unidentified("Corebill refuses it", refusal)
	}
	since := c.http.LogSince(started)
	for wait := time.Second; ; wait *= 2 {
		identity, err := reader.loggedAs(ctx, companyID, nonce, since, refusal)
		// A request that was let through is logged for certain, if a little later.
		if !errors.Is(err, errNoRow) || refusal != nil || wait > maxLogWait {
			return identity, err
		}
		if err := c.http.Sleep(ctx, wait); err != nil {
			return client.Identity{}, client.Unidentified("Corebill's log was not there yet", err)
		}
	}
}

// maxLogWait is the longest pause before the log is read again: three seconds in all.
const maxLogWait = 2 * time.Second

var errNoRow = client.Unidentified("Corebill's log does not show the request that was made with it", nil)

// loggedAs finds the row of the request with the nonce. Rows are narrowed by time, and
// not by how many there are.
func (c *Client) loggedAs(ctx context.Context, companyID, nonce string, since time.Time, refusal error) (client.Identity, error) {
	for row, err := range c.APILogs(ctx, companyID, LogFilter{CreatedAfter: since}) {
		switch {
		case err != nil && refusal != nil:
			return client.Identity{}, client.Unidentified("Corebill refuses it, and its log could not be read", refusal)
		case err != nil:
			return client.Identity{}, client.Unidentified("Corebill's log could not be read", err)
		case !client.HasNonce(row.UserAgent, nonce):
		case row.APIKeyID == nil:
			return client.Identity{}, client.Unidentified("Corebill knows no key with this token", refusal)
		default:
			return client.Identity{KeyID: *row.APIKeyID, Refusal: refusal}, nil
		}
	}
	if refusal != nil {
		return client.Identity{}, client.Unidentified("Corebill refuses it, and its log shows no key for it", refusal)
	}
	return client.Identity{}, errNoRow
}
