package configured

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// keyLists are lists of keys, one to each scope, that a run shares.
type keyLists[K any] struct{ scopes sync.Map }

func (l *keyLists[K]) get(ctx context.Context, scope string, now func() time.Time, list iter.Seq2[K, error]) ([]K, error) {
	entry, _ := l.scopes.LoadOrStore(scope, &memo[[]K]{})
	keys, _ := entry.(*memo[[]K])
	return keys.get(ctx, now, func(context.Context) ([]K, error) {
		var all []K
		for key, err := range list {
			if err != nil {
				return nil, err
			}
			all = append(all, key)
		}
		return all, nil
	})
}

func (l *keyLists[K]) forget(scope string) { l.scopes.Delete(scope) }

// AllKeys returns the keys of a company, and for an organization's credential that
// organization's own: the live ones, and those that were revoked in the last 90
// days. All resources of a run share one answer.
func (c *Corebill) AllKeys(ctx context.Context, companyID string) ([]corebillapi.APIKey, error) {
	return c.all.get(ctx, companyID, c.Now, c.Client.APIKeys(context.WithoutCancel(ctx), companyID, corebill.KeyFilter{IncludeRevoked: true}))
}

// ForgetKeys makes the next AllKeys ask again.
func (c *Corebill) ForgetKeys(companyID string) {
	c.all.forget(companyID)
}

// AllKeys returns the keys of the merchant: the live ones, and those that were
// revoked in the last 90 days. All resources of a run share one answer.
func (b *Billium) AllKeys(ctx context.Context) ([]billiumapi.APIKey, error) {
	return b.all.get(ctx, b.MerchantID, b.Now, b.Client.APIKeys(context.WithoutCancel(ctx), b.MerchantID, billium.KeyFilter{IncludeRevoked: true}))
}

// ForgetKeys makes the next AllKeys ask again.
func (b *Billium) ForgetKeys() {
	b.all.forget(b.MerchantID)
}
