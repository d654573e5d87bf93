package providerdata

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

// byScope are answers, one to each scope, that a run shares.
type byScope[T any] struct{ scopes sync.Map }

func (b *byScope[T]) get(ctx context.Context, scope string, now func() time.Time, fetch func(context.Context) (T, error)) (T, error) {
	entry, _ := b.scopes.LoadOrStore(scope, &cached[T]{})
	answer, _ := entry.(*cached[T])
	return answer.get(ctx, now, fetch)
}

func (b *byScope[T]) forget(scope string) { b.scopes.Delete(scope) }

// Collect returns all that a list yields.
func Collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for object, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, object)
	}
	return all, nil
}

// AllKeys returns the keys of a company, and for an organization's credential that
// organization's own: the live ones, and those that were revoked in the last 90
// days. All resources of a run share one answer.
func (c *Corebill) AllKeys(ctx context.Context, companyID string) ([]corebillapi.APIKey, error) {
	return c.all.get(ctx, companyID, c.Now, func(ctx context.Context) ([]corebillapi.APIKey, error) {
		return Collect(c.Client.APIKeys(ctx, companyID, corebill.KeyFilter{IncludeRevoked: true}))
	})
}

// ForgetKeys makes the next AllKeys ask again.
func (c *Corebill) ForgetKeys(companyID string) {
	c.all.forget(companyID)
}

// AllKeys returns the keys of the merchant: the live ones, and those that were
// revoked in the last 90 days. All resources of a run share one answer.
func (b *Billium) AllKeys(ctx context.Context) ([]billiumapi.APIKey, error) {
	return b.all.get(ctx, b.MerchantID, b.Now, func(ctx context.Context) ([]billiumapi.APIKey, error) {
		return Collect(b.Client.APIKeys(ctx, b.MerchantID, billium.KeyFilter{IncludeRevoked: true}))
	})
}

// ForgetKeys makes the next AllKeys ask again.
func (b *Billium) ForgetKeys() {
	b.all.forget(b.MerchantID)
}
