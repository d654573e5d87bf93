package configured

import (
	"context"

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
// Corebill doesn't say which key a request presents. But it lists organization
// keys to none but an organization key, and to that itself: a list without any
// is a company key's. Which of them is the provider's, its prefix tells, though
// not for certain: ten characters, of which two tell keys apart. So there may be
// several, and Admin is false where none of them is.
//
// A key that reaches no company at all is an organization's without companies;
// Corebill answers nothing to it, so that it gets the benefit of the doubt.
func (c *Corebill) Standing(ctx context.Context) (Standing, error) {
	return c.standing.get(ctx, c.Now, c.findStanding)
}

func (c *Corebill) findStanding(ctx context.Context) (Standing, error) {
	companies, err := c.Companies(ctx)
	if err != nil || len(companies) == 0 {
		return Standing{Organization: true, Admin: true}, err
	}
	var standing Standing
	for key, err := range c.Client.APIKeys(ctx, companies[0].ID, corebill.KeyFilter{}) {
		if err != nil {
			return Standing{}, err
		}
		if key.CompanyID != nil {
			continue
		}
		standing.Organization = true
		if key.KeyPrefix == platform.KeyPrefix(c.Credential.Reveal()) && string(key.PermissionLevel) == string(platform.Admin) {
			standing.Admin = true
			break
		}
	}
	return standing, nil
}
