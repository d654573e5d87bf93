package providerdata

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/singleflight"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

// cached is an answer that is cached for the life of the provider process, which is one
// plan or one apply. Those who ask while the request is in flight share it. A failure is
// not cached, but for a while when the platform is down.
type cached[T any] struct {
	answer   atomic.Pointer[T]
	failure  atomic.Pointer[failure]
	inFlight singleflight.Group
}

// failure is how a platform failed, and until when no request is sent to it.
type failure struct {
	err   error
	until time.Time
}

func (c *cached[T]) get(ctx context.Context, now func() time.Time, fetch func(context.Context) (T, error)) (T, error) {
	var none T
	if known := c.answer.Load(); known != nil {
		return *known, nil
	}
	if last := c.failure.Load(); last != nil && now().Before(last.until) {
		return none, last.err
	}
	// One caller's cancellation must not fail the others who share its request.
	answer := c.inFlight.DoChan("", func() (any, error) {
		value, err := fetch(context.WithoutCancel(ctx))
		if err == nil {
			c.answer.Store(&value)
		} else if client.Trouble(err) {
			c.failure.Store(&failure{err, now().Add(pages.Backoff)})
		}
		return nil, err
	})
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case result := <-answer:
		if result.Err != nil {
			return none, result.Err
		}
		return *c.answer.Load(), nil
	}
}

// lists makes the cache of a kind's lists when it is first used.
type lists[T any] struct {
	once  sync.Once
	cache *pages.Cache[T]
}

func (l *lists[T]) of(source func(scope string) pages.Source[T]) *pages.Cache[T] {
	l.once.Do(func() { l.cache = pages.New(source) })
	return l.cache
}

// Companies returns the companies that the provider's key reaches, without those
// that have gone meanwhile. All resources of a run share one answer.
func (c *Corebill) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	all, err := c.companies.get(ctx, c.Now, func(ctx context.Context) ([]corebillapi.Company, error) {
		return c.SharedCompanies().All(ctx, AllCompanies)
	})
	if left := c.remaining(all); err != nil || len(left) > 0 || len(all) == 0 {
		return left, err
	}
	all, err = c.SharedCompanies().All(ctx, AllCompanies) // there may be new ones
	return c.remaining(all), err
}

// Reaches reports whether the provider's key reaches the company. One that is
// not in the run's list is asked for: it may have been created since.
func (c *Corebill) Reaches(ctx context.Context, companyID string) (bool, []corebillapi.Company, error) {
	companies, err := c.Companies(ctx)
	if err != nil {
		return false, nil, err
	}
	for _, company := range companies {
		if company.ID == companyID {
			return true, companies, nil
		}
	}
	_, err = c.SharedCompanies().Get(ctx, AllCompanies, companyID)
	if errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrBadRequest) {
		return false, companies, nil
	}
	return err == nil, companies, err
}

// Current returns what Billium says of the provider's key. All resources of a
// run share one answer.
func (b *Billium) Current(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
	return b.current.get(ctx, b.Now, func(ctx context.Context) (*billiumapi.CurrentAPIKey, error) {
		return b.Client.Presented(ctx, b.MerchantID)
	})
}

// byScope are answers, one to each scope, that a run shares.
type byScope[T any] struct{ scopes sync.Map }

func (b *byScope[T]) get(ctx context.Context, scope string, now func() time.Time, fetch func(context.Context) (T, error)) (T, error) {
	entry, _ := b.scopes.LoadOrStore(scope, &cached[T]{})
	answer, _ := entry.(*cached[T])
	return answer.get(ctx, now, fetch)
}

func (b *byScope[T]) forget(scope string) { b.scopes.Delete(scope) }

// SetOf returns words, such as permissions or events, as the set in a model.
func SetOf[W ~string](words []W) types.Set {
	elements := make([]attr.Value, len(words))
	for i, word := range words {
		elements[i] = types.StringValue(string(word))
	}
	return types.SetValueMust(types.StringType, elements)
}

// Map yields what of makes of each object of a list; of the zero value beside an error.
func Map[A, B any](list iter.Seq2[A, error], of func(A) B) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		for object, err := range list {
			if !yield(of(object), err) {
				return
			}
		}
	}
}

// Sequence yields objects and, if it is not nil, an error after them.
func Sequence[T any](objects []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, object := range objects {
			if !yield(object, nil) {
				return
			}
		}
		if err != nil {
			yield(*new(T), err)
		}
	}
}

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

// InvalidateKeys makes the next AllKeys ask again.
func (c *Corebill) InvalidateKeys(companyID string) {
	c.all.forget(companyID)
}

// AllKeys returns the keys of the merchant: the live ones, and those that were
// revoked in the last 90 days. All resources of a run share one answer.
func (b *Billium) AllKeys(ctx context.Context) ([]billiumapi.APIKey, error) {
	return b.all.get(ctx, b.MerchantID, b.Now, func(ctx context.Context) ([]billiumapi.APIKey, error) {
		return Collect(b.Client.APIKeys(ctx, b.MerchantID, billium.KeyFilter{IncludeRevoked: true}))
	})
}

// InvalidateKeys makes the next AllKeys ask again.
func (b *Billium) InvalidateKeys() {
	b.all.forget(b.MerchantID)
}
