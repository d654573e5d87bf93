package providerdata

import (
	"context"

	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

// Keys returns the keys that all resources of a run share, by company. A list has
// the company's keys and, for an organization's key, the organization's; revoked ones
// are in none and cost a request each.
func (c *Corebill) Keys() *pages.Cache[corebillapi.APIKey] {
	return c.keys.of(func(companyID string) pages.Source[corebillapi.APIKey] {
		return pages.Source[corebillapi.APIKey]{
			ID:  func(key corebillapi.APIKey) string { return key.ID },
			Now: c.Now,
			Get: single(func(ctx context.Context, id string) (*corebillapi.APIKey, error) {
				return c.Client.GetAPIKey(ctx, companyID, id)
			}),
			Page: func(ctx context.Context, after string) ([]corebillapi.APIKey, string, error) {
				list, err := c.Client.APIKeyPage(ctx, companyID, corebill.KeyFilter{}, after)
				return list.Data, following(list.HasMore, list.NextCursor), err
			},
		}
	})
}

// Webhooks returns the webhooks that all resources of a run share, by company.
func (c *Corebill) Webhooks() *pages.Cache[corebillapi.Webhook] {
	return c.webhooks.of(func(companyID string) pages.Source[corebillapi.Webhook] {
		return pages.Source[corebillapi.Webhook]{
			ID:  func(webhook corebillapi.Webhook) string { return webhook.ID },
			Now: c.Now,
			Get: single(func(ctx context.Context, id string) (*corebillapi.Webhook, error) {
				return c.Client.GetWebhook(ctx, companyID, id)
			}),
			Page: func(ctx context.Context, after string) ([]corebillapi.Webhook, string, error) {
				list, err := c.Client.WebhookPage(ctx, companyID, after)
				return list.Data, following(list.HasMore, list.NextCursor), err
			},
		}
	})
}

// AllCompanies is the scope of all companies that the provider's key reaches.
const AllCompanies = ""

// SharedCompanies returns the companies that all resources of a run share.
func (c *Corebill) SharedCompanies() *pages.Cache[corebillapi.Company] {
	return c.reached.of(func(string) pages.Source[corebillapi.Company] {
		return pages.Source[corebillapi.Company]{
			ID:  func(company corebillapi.Company) string { return company.ID },
			Now: c.Now,
			Get: single(c.Client.GetCompany),
			Page: func(ctx context.Context, after string) ([]corebillapi.Company, string, error) {
				list, err := c.Client.CompanyPage(ctx, after)
				return list.Data, following(list.HasMore, list.NextCursor), err
			},
		}
	})
}

// single turns a request for an object into one that a Source has.
func single[T any](get func(ctx context.Context, id string) (*T, error)) func(context.Context, string) (T, error) {
	return func(ctx context.Context, id string) (T, error) {
		object, err := get(ctx, id)
		if err != nil {
			var none T
			return none, err
		}
		return *object, nil
	}
}

// following returns the cursor of the page that follows, "" for none.
func following(more bool, next *string) string {
	if more && next != nil {
		return *next
	}
	return ""
}
