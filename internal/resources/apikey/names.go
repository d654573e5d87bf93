package apikey

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/configured"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// takeName notes that a resource is going to have its name, and says so where
// another one is to have it, too.
func (r *Resource[M, P]) takeName(plan *M, owner string, claim configured.Claim) (diags diag.Diagnostics) {
	a, scope := P(plan).Shared(), r.platform.ScopeOf(plan)
	if a.OnNameConflict.ValueString() == nameAllow || a.Name.IsUnknown() || scope.IsUnknown() {
		return nil
	}
	if r.platform.Ledger().Take(scope.ValueString(), a.Name.ValueString(), owner, claim) {
		diags.AddAttributeError(path.Root("name"), "Two resources want the same name",
			fmt.Sprintf("%s is declared twice. A name is one resource's: give each its own, or set on_name_conflict = %q on all of them.", r.name(a), nameAllow))
	}
	return diags
}

// keepName checks the planned name of a key that is there.
func (r *Resource[M, P]) keepName(ctx context.Context, state, plan *M, decision rotation.Decision) diag.Diagnostics {
	before, after := P(state).Shared(), P(plan).Shared()
	claim := configured.Keeps
	if !after.Name.Equal(before.Name) || !r.platform.ScopeOf(plan).Equal(r.platform.ScopeOf(state)) {
		claim = configured.Renames
	}
	diags := r.takeName(plan, before.ID.ValueString(), claim)
	if claim == configured.Renames && decision == rotation.Keep && !diags.HasError() && r.platform.Status().Ready() {
		diags.Append(r.sharedName(ctx, before, plan)...)
	}
	return diags
}

// sharedName warns of the other live keys that have the name which a key is to
// get. They are no error: whether another resource gives its name away is not
// known before all are planned, and until the next rotation nothing depends on it.
func (r *Resource[M, P]) sharedName(ctx context.Context, before *Attributes, plan *M) diag.Diagnostics {
	others, diags := r.others(ctx, plan, before.ids(r.Scope), All)
	for _, key := range others {
		if !r.platform.Ledger().WasRead(key.ID) {
			diags.AddAttributeWarning(path.Root("name"), "Another key has that name",
				fmt.Sprintf("%s: %s (%s…) is live and has that name, too. Unless another resource has that key and gives the name away in this plan, the next rotation of this one is refused: "+
					"give one of them another name, revoke that key (keyward keys revoke %s), or set on_name_conflict = %q.",
					r.name(P(plan).Shared()), key.ID, key.KeyPrefix, key.ID, nameAllow))
		}
	}
	return diags
}

// declare notes that a resource has its key, and says so where another one has
// already taken the key for nobody's.
func (r *Resource[M, P]) declare(a *Attributes) (diags diag.Diagnostics) {
	name, taken := r.platform.Ledger().Declare(a.ID.ValueString())
	if taken {
		diags.AddAttributeError(path.Root("name"), "Two resources want the same name",
			fmt.Sprintf("%s (%s…) is this resource's, and another resource is to be created or rotated under its name, %q. A name is one resource's: give each its own "+
				"(where this one gives its name away, apply that first), or set on_name_conflict = %q.", a.ID.ValueString(), a.KeyPrefix.ValueString(), name, nameAllow))
	}
	return diags
}

// namesakes returns the keys that interrupted applies left behind under the
// planned name, and refuses every other live key that has it. own are the
// resource's keys.
func (r *Resource[M, P]) namesakes(ctx context.Context, plan *M, own []string) (leftovers []Key, diags diag.Diagnostics) {
	a := P(plan).Shared()
	others, diags := r.others(ctx, plan, own, All)
	for _, key := range others {
		switch {
		case r.platform.Ledger().Want(key.ID, a.Name.ValueString()):
			diags.AddAttributeError(path.Root("name"), "Two resources want the same name",
				fmt.Sprintf("%s: another resource has a key of that name, %s (%s…). A name is one resource's: give each its own "+
					"(where the other one gives its name away, apply that first), or set on_name_conflict = %q.", r.name(a), key.ID, key.KeyPrefix, nameAllow))
			continue
		case r.platform.Ledger().WasRead(key.ID):
			// A tainted key, which is about to be replaced; or another resource's,
			// which will be told when it is planned.
			diags.Append(r.remember(ctx, plan, key.ID)...)
			continue
		}
		leftover, more := r.leftover(ctx, plan, key)
		diags.Append(more...)
		if more.HasError() {
			continue
		}
		if replaced, err := r.remembered(ctx, plan, key.ID); err != nil {
			diags.Append(diagnose.Error("look after another key of the name of", r.name(a), err))
		} else if replaced {
			continue
		}
		if leftover {
			leftovers = append(leftovers, key.Key)
			diags.Append(r.leftoverNotice(a, key.Key))
		} else {
			diags.Append(r.conflict(plan, key.Key))
		}
	}
	return leftovers, diags
}

// unclaimed returns the leftovers that a refresh has found, without those that
// turned out to be another resource's.
func (r *Resource[M, P]) unclaimed(a *Attributes, seen observation) (leftovers []leftBehind) {
	for _, key := range seen.Leftovers {
		if !r.platform.Ledger().WasRead(key.ID) && !r.platform.Ledger().Want(key.ID, a.Name.ValueString()) {
			leftovers = append(leftovers, key)
		}
	}
	return leftovers
}

// others returns the live keys that have the name, without the resource's own.
func (r *Resource[M, P]) others(ctx context.Context, m *M, own []string, which Which) (others []Namesake, diags diag.Diagnostics) {
	a := P(m).Shared()
	if a.OnNameConflict.ValueString() == nameAllow || a.Name.IsUnknown() {
		return nil, nil
	}
	live, known, err := r.platform.Namesakes(ctx, m, which)
	if err != nil {
		diags.Append(diagnose.Error("look for other keys of the name of", r.name(a), err))
	}
	if err != nil || !known {
		return nil, diags
	}
	for _, key := range live {
		if key.RevokedAt == nil && !r.platform.Ledger().WasRevoked(key.ID) && !slices.Contains(own, key.ID) {
			others = append(others, key)
		}
	}
	return others, diags
}

// leftover reports whether a key is what an interrupted apply left behind.
func (r *Resource[M, P]) leftover(ctx context.Context, plan *M, key Namesake) (bool, diag.Diagnostics) {
	var diags diag.Diagnostics
	creators, err := r.platform.Creators(ctx, plan)
	if err != nil {
		diags.Append(diagnose.Error("look who made another key of the name of", r.name(P(plan).Shared()), err))
		return false, diags
	}
	seen := rotation.Namesake{Ours: slices.Contains(creators, key.CreatedBy), Alike: key.Alike, LastUsedAt: key.LastUsedAt}
	if seen.Ours && seen.Alike && key.LastUsedAt != nil {
		used, err := r.used(ctx, r.platform.ScopeOf(plan), key.ID)
		if err != nil {
			diags.Append(diagnose.Error("look who uses another key of the name of", r.name(P(plan).Shared()), err))
			return false, diags
		}
		if !used {
			seen.LastUsedAt = nil
		}
	}
	return rotation.Whose(seen) == rotation.Leftover, diags
}

// used reports whether anybody has used a key but the provider, which proves with
// a request that a new key works.
func (r *Resource[M, P]) used(ctx context.Context, scope types.String, id string) (bool, error) {
	var agents []string
	for use, err := range r.platform.Uses(ctx, scope, id, rotation.MaxUses, time.Time{}) {
		if err != nil {
			return false, err
		}
		agents = append(agents, use.UserAgent)
	}
	return rotation.Used(agents), nil
}

func (r *Resource[M, P]) leftoverNotice(a *Attributes, key Key) diag.Diagnostic {
	return diag.NewWarningDiagnostic("A leftover of "+r.name(a)+" will be revoked",
		fmt.Sprintf("%s (%s…) has the same name and is what this resource declares; the provider's key made it at %s, and nobody has ever used it. "+
			"So an interrupted apply has left it behind, and its token is lost: it is revoked as soon as the new key exists. "+
			"If another configuration or workspace that shares the provider's key has just made it, do not apply: give one of the two another name, or set on_name_conflict = %q.", key.ID, key.KeyPrefix, key.CreatedAt.UTC().Format(time.RFC3339), nameAllow))
}

// conflict says whose name it is, and what to do about it.
func (r *Resource[M, P]) conflict(plan *M, key Key) diag.Diagnostic {
	a, used := P(plan).Shared(), "never used"
	if key.LastUsedAt != nil {
		used = "last used at " + key.LastUsedAt.UTC().Format(time.RFC3339)
	}
	scope := r.platform.ScopeOf(plan).ValueString()
	if scope == "" {
		scope = r.Unscoped
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("name"), "The name is taken",
		fmt.Sprintf("%s: a live key of that name is there, and no resource of this configuration has it: %s (%s…), created at %s by %s, %s. "+
			"Was the key rotated or created by hand, or by another configuration?\n\n"+
			"- To go on with that key, import it (its token stays unknown): terraform import <address> %s/%s; where the address still has a key that is gone, terraform state rm <address> first.\n"+
			"- To be rid of it, once nobody needs it: keyward keys revoke %s.\n"+
			"- To have both, give this one another name, or set on_name_conflict = %q.",
			r.name(a), key.ID, key.KeyPrefix, key.CreatedAt.UTC().Format(time.RFC3339), key.CreatedBy, used, scope, key.ID, key.ID, nameAllow))
}
