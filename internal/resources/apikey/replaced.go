package apikey

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
)

// Where a resource is replaced, create_before_destroy lets the old key live until
// the new one is there: a key of the same name that is in no state any more and
// was in one when the plan was made. A creation gets nothing of what a plan finds
// out but planned values, and those are planned once more as the plan is applied,
// without the old object. What plan and apply do share is the platform: its log
// has every request, with its user agent. So the plan looks at the key that will
// be replaced and says why, and the apply finds that in the log.

// ReplacesComment is in the user agent of the requests with which a plan looks at
// the keys that it will replace.
const ReplacesComment = "replaces"

// lookBack is how many of the provider's own requests are looked at.
const lookBack = 1000

// remember leaves word that keys are about to be replaced.
func (r *Resource[M, P]) remember(ctx context.Context, m *M, ids ...string) (diags diag.Diagnostics) {
	for _, id := range ids {
		if err := r.platform.Inspect(ctx, r.platform.ScopeOf(m), id, ReplacesComment); err != nil {
			diags.Append(diagnose.Error("look at the key to be replaced by", r.name(P(m).Shared()), err))
		}
	}
	return diags
}

// remembered reports whether a plan has left word that the key is to be replaced.
func (r *Resource[M, P]) remembered(ctx context.Context, m *M, id string) (bool, error) {
	creators, err := r.platform.Creators(ctx, m)
	if err != nil {
		return false, err
	}
	for _, creator := range creators {
		for use, err := range r.platform.Uses(ctx, r.platform.ScopeOf(m), creator, lookBack) {
			if err != nil {
				return false, err
			}
			if strings.HasSuffix(use.Path, "/"+id) && strings.HasSuffix(use.UserAgent, "("+ReplacesComment+")") {
				return true, nil
			}
		}
	}
	return false, nil
}
