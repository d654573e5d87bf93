package providerdata

import (
	"context"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// IsOwnKey reports whether a key is the one that the provider itself uses. Billium
// tells for certain; where it could not be asked, that is an error, and what depends
// on the answer must not be done.
func (b *Billium) IsOwnKey(ctx context.Context, id string) (bool, error) {
	current, err := b.Current(ctx)
	return err == nil && current.ID == id, err
}

// CorebillKey is what is known of a Corebill key.
type CorebillKey struct {
	ID, KeyPrefix string
	// Scope is the company that requests about the key name.
	Scope string
	// Token is empty where it is not known, as of an imported key.
	Token string
}

// IsOwnKey reports whether a key is the one that the provider itself uses. A token
// that is known is compared, and a prefix that isn't the credential's excludes the
// key, both without a request. A prefix that is the credential's says nothing: only
// two of its ten characters tell keys apart. Then Corebill's log is asked, once in a
// run. Where it doesn't tell either, that is an error, and what depends on the answer
// must not be done: a refusal can be worked around, a lock-out can not.
func (c *Corebill) IsOwnKey(ctx context.Context, key CorebillKey) (bool, error) {
	switch {
	case key.Token != "":
		return c.IsCredential(key.Token), nil
	case !strings.HasPrefix(c.Credential.Reveal(), key.KeyPrefix):
		return false, nil
	}
	own, err := c.OwnKeyID(ctx)
	return err == nil && own == key.ID, err
}

// OwnKeyID returns the id of the key that the provider uses. All resources of a run
// share one answer, which takes three requests. Every error, client.ErrUnidentified among
// them, means that it is not certain.
func (c *Corebill) OwnKeyID(ctx context.Context) (string, error) {
	return c.self.get(ctx, c.Now, func(ctx context.Context) (id string, err error) {
		err = c.InAnyCompany(ctx, func(companyID string) error {
			if companyID == "" {
				return client.Unidentified("the key reaches no company, and Corebill's log can only be read for a company", nil)
			}
			own, err := c.Client.OwnKey(ctx, companyID)
			if err == nil {
				id = own.ID
			}
			return err
		})
		return id, err
	})
}
