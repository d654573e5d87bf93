package audit

import (
	"context"
	"fmt"
	"time"
)

// maxLookups bounds the requests for keys that are gone: where very many are,
// the account is probably another than the declared one.
const maxLookups = 20

// getter gets when a key was revoked; nil for one that was not, or of which the
// platform knows nothing any more.
type getter func(ctx context.Context, keyID string) (*time.Time, error)

// lookUp asks when declared keys were revoked that are in no list. The platforms
// tell for 90 days. An error only leaves it unsaid.
func (r *reader) lookUp(ctx context.Context) error {
	live := make(map[string]bool, len(r.in.Keys))
	for _, key := range r.in.Keys {
		live[key.ID] = true
	}
	r.in.Revoked = map[string]time.Time{}
	asked := 0
	for _, d := range r.in.Declared {
		get := r.getters[coverage{d.Platform, d.Scope, KindKey}]
		if d.Kind != KindKey || live[d.ID] || get == nil || asked == maxLookups {
			continue
		}
		asked++
		at, err := get(ctx, d.ID)
		r.progress.request()
		if ctx.Err() != nil {
			return fmt.Errorf("looking for %s: %w", d.Label(), ctx.Err())
		}
		if err == nil && at != nil {
			r.in.Revoked[d.ID] = *at
		}
	}
	return nil
}
