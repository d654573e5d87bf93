package providerdata

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// IsCallerKey reports whether a key is the one that the provider itself uses. Billium
// tells for certain; where it could not be asked, that is an error, and what depends
// on the answer must not be done.
func (b *Billium) IsCallerKey(ctx context.Context, id string) (bool, error) {
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

// IsCallerKey reports whether a key is the one that the provider itself uses. A token
// that is known is compared, and a prefix that isn't the credential's excludes the
// key, both without a request. A prefix that is the credential's says nothing: only
// two of its ten characters tell keys apart. Then Corebill's log is asked, once in a
// run. Where it doesn't tell either, that is an error, and what depends on the answer
// must not be done: a refusal can be worked around, a lock-out can not.
func (c *Corebill) IsCallerKey(ctx context.Context, key CorebillKey) (bool, error) {
	switch {
	case key.Token != "":
		return c.IsCredential(key.Token), nil
	case !strings.HasPrefix(c.Credential.Reveal(), key.KeyPrefix):
		return false, nil
	}
	own, err := c.CallerKeyID(ctx)
	return err == nil && own == key.ID, err
}

// CallerKeyID returns the id of the key that the provider uses. All resources of a run
// share one answer, which takes three requests. Every error, client.ErrUnidentified among
// them, means that it is not certain.
func (c *Corebill) CallerKeyID(ctx context.Context) (string, error) {
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

// CallerPrivileges are what the provider's key is at Corebill.
type CallerPrivileges struct {
	// Organization tells that it belongs to no company and reaches every one.
	Organization bool
	// Admin tells that its level may be admin. False is certain.
	Admin bool
}

// CallerPrivileges returns what the provider's key is. All resources of a run share one
// answer.
//
// Corebill lists organization keys to none but an organization key, and to that
// itself: a list without any is a company key's. Of those in the list the provider's
// is one that has its prefix. Where these differ in their level, the log tells which
// it is (CallerKeyID). Where that can't be told, Admin is true: it must be no reason to
// refuse, and Corebill itself refuses what the key may not do.
//
// A key that reaches no company at all is an organization's without companies;
// Corebill answers nothing to it, and the same holds.
func (c *Corebill) CallerPrivileges(ctx context.Context) (CallerPrivileges, error) {
	return c.privileges.get(ctx, c.Now, c.findPrivileges)
}

func (c *Corebill) findPrivileges(ctx context.Context) (CallerPrivileges, error) {
	companies, err := c.Companies(ctx)
	if err != nil || len(companies) == 0 {
		return CallerPrivileges{Organization: true, Admin: true}, err
	}
	var privileges CallerPrivileges
	own := map[bool]map[string]bool{true: {}, false: {}} // the keys that may be the provider's, an organization's or not: whether it is an admin key, by id
	for key, err := range c.Client.APIKeys(ctx, companies[0].ID, corebill.KeyFilter{}) {
		if err != nil {
			return CallerPrivileges{}, err
		}
		organization := key.CompanyID == nil
		privileges.Organization = privileges.Organization || organization
		if strings.HasPrefix(c.Credential.Reveal(), key.KeyPrefix) {
			own[organization][key.ID] = string(key.PermissionLevel) == string(platform.Admin)
		}
	}
	if privileges.Admin, err = c.isAdmin(ctx, own[privileges.Organization]); err != nil {
		return CallerPrivileges{}, err
	}
	return privileges, nil
}

// isAdmin tells whether the provider's key, which is one of these, is an admin key.
func (c *Corebill) isAdmin(ctx context.Context, admin map[string]bool) (bool, error) {
	levels := slices.Collect(maps.Values(admin))
	if len(levels) == 0 || !slices.Contains(levels, !levels[0]) {
		return len(levels) > 0 && levels[0], nil
	}
	own, err := c.CallerKeyID(ctx)
	switch {
	case client.Closed(err):
		return false, err
	case err != nil:
		return true, nil //nolint:nilerr // it can't be told
	}
	isAdmin, known := admin[own]
	return isAdmin || !known, nil
}
