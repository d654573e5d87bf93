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

// Standing is what the provider's key is at Corebill.
type Standing struct {
	// Organization tells that it belongs to no company and reaches every one.
	Organization bool
	// Admin tells that its level may be admin. False is certain.
	Admin bool
}

// Standing returns what the provider's key is. All resources of a run share one
// answer.
//
// Corebill lists organization keys to none but an organization key, and to that
// itself: a list without any is a company key's. Of those in the list the provider's
// is one that has its prefix. Where these differ in their level, the log tells which
// it is (OwnKeyID). Where that can't be told, Admin is true: it must be no reason to
// refuse, and Corebill itself refuses what the key may not do.
//
// A key that reaches no company at all is an organization's without companies;
// Corebill answers nothing to it, and the same holds.
func (c *Corebill) Standing(ctx context.Context) (Standing, error) {
	return c.standing.get(ctx, c.Now, c.findStanding)
}

func (c *Corebill) findStanding(ctx context.Context) (Standing, error) {
	companies, err := c.Companies(ctx)
	if err != nil || len(companies) == 0 {
		return Standing{Organization: true, Admin: true}, err
	}
	var standing Standing
	own := map[bool]map[string]bool{true: {}, false: {}} // the keys that may be the provider's, an organization's or not: whether it is an admin key, by id
	for key, err := range c.Client.APIKeys(ctx, companies[0].ID, corebill.KeyFilter{}) {
		if err != nil {
			return Standing{}, err
		}
		organization := key.CompanyID == nil
		standing.Organization = standing.Organization || organization
		if strings.HasPrefix(c.Credential.Reveal(), key.KeyPrefix) {
			own[organization][key.ID] = string(key.PermissionLevel) == string(platform.Admin)
		}
	}
	if standing.Admin, err = c.isAdmin(ctx, own[standing.Organization]); err != nil {
		return Standing{}, err
	}
	return standing, nil
}

// isAdmin tells whether the provider's key, which is one of these, is an admin key.
func (c *Corebill) isAdmin(ctx context.Context, admin map[string]bool) (bool, error) {
	levels := slices.Collect(maps.Values(admin))
	if len(levels) == 0 || !slices.Contains(levels, !levels[0]) {
		return len(levels) > 0 && levels[0], nil
	}
	own, err := c.OwnKeyID(ctx)
	switch {
	case client.Closed(err):
		return false, err
	case err != nil:
		return true, nil //nolint:nilerr // it can't be told
	}
	isAdmin, known := admin[own]
	return isAdmin || !known, nil
}
