package configured

import (
	"context"
	"strconv"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/configured/pages"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// Keys returns the keys that all resources of a run share, by merchant. Revoked ones
// are in no list and cost a request each.
func (b *Billium) Keys() *pages.Shared[billiumapi.APIKey] {
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
func (b *Billium) PermissionSets() *pages.Shared[billiumapi.PermissionSet] {
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
func (b *Billium) Webhooks() *pages.Shared[billiumapi.Webhook] {
	return b.webhooks.of(func(merchantID string) pages.Source[billiumapi.Webhook] {
		return pages.Source[billiumapi.Webhook]{
			ID:  func(webhook billiumapi.Webhook) string { return webhook.ID },
			Now: b.Now,
			Page: func(ctx context.Context, _ string) (pages.Page[billiumapi.Webhook], error) {
				webhooks, err := b.Client.Webhooks(ctx, merchantID)
				return pages.Page[billiumapi.Webhook]{Objects: webhooks}, err
			},
		}
	})
}

// numbered fetches pages by number. Each says how many there are.
func numbered[T any](get func(ctx context.Context, number int) ([]T, billiumapi.Pagination, error)) func(context.Context, string) (pages.Page[T], error) {
	return func(ctx context.Context, cursor string) (pages.Page[T], error) {
		number := 1
		if cursor != "" {
			var err error
			if number, err = strconv.Atoi(cursor); err != nil {
				return pages.Page[T]{}, err
			}
		}
		objects, pagination, err := get(ctx, number)
		page := pages.Page[T]{Objects: objects}
		page.Last, page.Sound = billium.LastPage(pagination, len(objects))
		return page, err
	}
}
