package providerdata

import (
	"context"
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

// Keys returns the keys that all resources of a run share, by merchant. Revoked ones
// are in no list and cost a request each.
func (b *Billium) Keys() *pages.Cache[billiumapi.APIKey] {
	return b.keys.of(func(merchantID string) pages.Source[billiumapi.APIKey] {
		return pages.Source[billiumapi.APIKey]{
			ID:  func(key billiumapi.APIKey) string { return key.ID },
			Now: b.Now,
			Get: single(func(ctx context.Context, id string) (*billiumapi.APIKey, error) {
				return b.Client.GetAPIKey(ctx, merchantID, id)
			}),
			Page: numbered(func(ctx context.Context, number int) ([]billiumapi.APIKey, billiumapi.Pagination, error) {
				page, err := b.Client.APIKeyPage(ctx, merchantID, billium.KeyFilter{}, number)
				return page.Data, page.Pagination, err
			}),
		}
	})
}

// PermissionSets returns the permission sets that all resources of a run share, by
// merchant.
func (b *Billium) PermissionSets() *pages.Cache[billiumapi.PermissionSet] {
	return b.sets.of(func(merchantID string) pages.Source[billiumapi.PermissionSet] {
		return pages.Source[billiumapi.PermissionSet]{
			ID:  func(set billiumapi.PermissionSet) string { return set.ID },
			Now: b.Now,
			Get: single(func(ctx context.Context, id string) (*billiumapi.PermissionSet, error) {
				return b.Client.GetPermissionSet(ctx, merchantID, id)
			}),
			Page: numbered(func(ctx context.Context, number int) ([]billiumapi.PermissionSet, billiumapi.Pagination, error) {
				page, err := b.Client.PermissionSetPage(ctx, merchantID, number)
				return page.Data, page.Pagination, err
			}),
		}
	})
}

// Webhooks returns the webhooks that all resources of a run share, by merchant.
// Billium has one page of them and answers for no single one.
func (b *Billium) Webhooks() *pages.Cache[billiumapi.Webhook] {
	return b.webhooks.of(func(merchantID string) pages.Source[billiumapi.Webhook] {
		return pages.Source[billiumapi.Webhook]{
			ID:  func(webhook billiumapi.Webhook) string { return webhook.ID },
			Now: b.Now,
			Page: func(ctx context.Context, _ string) ([]billiumapi.Webhook, string, error) {
				webhooks, err := b.Client.Webhooks(ctx, merchantID)
				return webhooks, "", err
			},
		}
	})
}

// numbered requests pages by number, which is their cursor. A page that fails is
// followed by another one all the same, but for the first, which may be the only one.
func numbered[T any](get func(ctx context.Context, number int) ([]T, billiumapi.Pagination, error)) func(context.Context, string) ([]T, string, error) {
	return func(ctx context.Context, cursor string) (objects []T, next string, err error) {
		number := 1
		if cursor != "" {
			if number, err = strconv.Atoi(cursor); err != nil {
				return nil, "", err
			}
		}
		objects, pagination, err := get(ctx, number)
		last, _ := billium.LastPage(pagination, len(objects))
		if err == nil && number < last && len(objects) > 0 || err != nil && number > 1 {
			next = strconv.Itoa(number + 1)
		}
		return objects, next, err
	}
}
