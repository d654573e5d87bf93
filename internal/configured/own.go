package configured

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// IsOwnKey reports whether a key is the one that the provider itself uses.
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

// IsOwnKey reports whether a key is the one that the provider itself uses.
//
// Corebill has no endpoint that tells which key a request presents. A token that
// is known is compared. Of a key without one the prefix is: ten characters, of
// which two tell keys apart, so that another key may well have the same. Then
// the log decides: the key is asked for with the provider's credential, and it
// is the provider's if its own log has a request about itself. Nobody but the
// holder of a key can put such a row there. A log that is empty decides
// nothing; the key is then taken for the provider's, for a refusal can be
// worked around, and a lock-out can not.
func (c *Corebill) IsOwnKey(ctx context.Context, key CorebillKey) (bool, error) {
	if key.Token != "" {
		return c.IsCredential(key.Token), nil
	}
	if !strings.HasPrefix(c.Credential.Reveal(), key.KeyPrefix) || len(key.KeyPrefix) < platform.KeyPrefixLength {
		return false, nil
	}
	return c.inspectsItself(ctx, key)
}

func (c *Corebill) inspectsItself(ctx context.Context, key CorebillKey) (bool, error) {
	found, err := c.Client.GetAPIKey(ctx, key.Scope, key.ID)
	if errors.Is(err, client.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if found.Disabled || found.RevokedAt != nil || found.LastUsedAt == nil {
		return false, nil // the provider's key was accepted a moment ago
	}
	seen := 0
	for row, err := range c.Client.APILogs(ctx, key.Scope, corebill.LogFilter{APIKeyID: key.ID}) {
		if err != nil {
			return false, err
		}
		if row.Method == http.MethodGet && strings.HasSuffix(row.Path, "/api_keys/"+key.ID) {
			return true, nil
		}
		if seen++; seen == maxLogRows {
			break
		}
	}
	return seen == 0, nil
}

// maxLogRows is how far back a key's log is read: one request's worth.
const maxLogRows = 100
