package apikey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// refreshed is what a refresh found.
type refreshed[M any] struct {
	state M
	// gone says that nothing is left of the key.
	gone bool
	// kept is what is worth keeping beside the state, nil where the platform wasn't
	// asked.
	kept  *observation
	diags diag.Diagnostics
}

// Read brings the state up to what the platform says.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	found, ok := ctx.Value(refreshedKey{}).(*refreshed[M])
	if !ok {
		var state M
		resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		found = r.refresh(ctx, state)
	}
	resp.Diagnostics.Append(found.diags...)
	switch {
	case resp.Diagnostics.HasError():
	case found.gone:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(r.Identify(ctx, resp.Identity, r.platform.ScopeOf(&found.state), P(&found.state).Shared().ID)...)
	default:
		if found.kept != nil {
			resp.Diagnostics.Append(keep(ctx, resp.Private, *found.kept)...)
		}
		resp.Diagnostics.Append(r.saver(&resp.State, resp.Identity)(ctx, &found.state)...)
	}
}

// refresh looks what became of a key.
func (r *Resource[M, P]) refresh(ctx context.Context, before M) *refreshed[M] {
	found := &refreshed[M]{state: before}
	state, diags := &found.state, &found.diags
	attributes := P(state).Shared()
	if status := r.platform.Status(); status.Deferred() {
		diags.AddWarning(r.name(attributes)+" was not refreshed", status.Diagnostic(r.Platform, r.name(attributes)).Detail())
		return found
	}
	if !r.ready(attributes, diags) {
		return found
	}
	r.platform.Ledger().Read(attributes.ids(r.Scope)...)
	seen := observation{ID: attributes.ID.ValueString(), At: r.platform.Now().UTC()}
	key, err := r.platform.Read(ctx, state)
	switch {
	case errors.Is(err, client.ErrNotFound):
		seen.Lost = "it no longer exists"
	case err != nil:
		diags.Append(diagnose.Error("read", r.name(attributes), err))
		return found
	case key.RevokedAt != nil:
		seen.Lost = "it was revoked outside Terraform at " + key.RevokedAt.UTC().Format(time.RFC3339)
	default:
		diags.Append(r.drift(P(&before).Shared(), key)...)
		attributes.observe(key)
	}
	if seen.Lost != "" {
		*state = before
	}
	r.observePrevious(ctx, attributes, &seen, diags)
	r.observeLeftovers(ctx, &before, &seen, diags)
	if diags.HasError() {
		return found
	}
	_, waiting := attributes.previous(r.Scope)
	if found.gone = seen.Lost != "" && !waiting; found.gone {
		diags.Append(r.gone(attributes, seen.Lost))
		return found
	}
	if seen.Lost != "" {
		diags.AddWarning(r.name(attributes)+" is gone", fmt.Sprintf("%s (%s…): %s. Its previous key is still live. The plan creates a new key and leaves the previous one to its readers.",
			attributes.ID.ValueString(), attributes.KeyPrefix.ValueString(), seen.Lost))
	}
	attributes.complete(r.Scope)
	declared, more := attributes.policy(ctx)
	diags.Append(more...)
	worth := r.worthKeeping(attributes, declared, seen)
	found.kept = &worth
	return found
}

// worthKeeping is what a refresh saw, where that decides something, and nothing
// otherwise: whatever is kept makes another state, and another state makes every
// saved plan stale.
func (r *Resource[M, P]) worthKeeping(a *Attributes, declared policy, seen observation) observation {
	_, waiting := a.previous(r.Scope)
	due := rotation.Age{RotateAfter: declared.rotateAfter}.Due(instant(a.CreatedAt))
	switch {
	case seen.Lost != "", len(seen.Leftovers) > 0:
	case waiting && r.fate(a, declared, seen) != rotation.Overlapping:
	case !due.IsZero() && !seen.At.Before(due):
	default:
		return observation{}
	}
	return seen
}

// complete fills in what neither the platform tells nor an older state has.
func (a *Attributes) complete(scope string) {
	if a.Generation.IsNull() {
		a.Generation = types.Int64Value(1)
	}
	if a.TokenFingerprint.IsNull() && a.Token.ValueString() != "" {
		a.TokenFingerprint = types.StringValue(fingerprint(a.Token.ValueString()))
	}
	if a.Previous.IsNull() {
		a.Previous = noPrevious(scope)
	}
	if a.Leftovers.IsNull() {
		a.Leftovers = noLeftovers(scope)
	}
	if a.Revokes.IsNull() {
		a.Revokes = revokesOf()
	}
}

// drift tells what somebody did to the key outside Terraform.
func (r *Resource[M, P]) drift(before *Attributes, now Key) (diags diag.Diagnostics) {
	name := r.name(before)
	if before.Enabled.ValueBool() && !now.Enabled {
		diags.AddWarning(name+" was disabled outside Terraform",
			fmt.Sprintf("%s (%s…) is refused by the platform. It stays disabled, unless the configuration says enabled = true: then the plan enables it again.",
				now.ID, now.KeyPrefix))
	}
	if declared := before.Name.ValueString(); declared != "" && declared != now.Name && !requestedBy(now.Name, before) {
		diags.AddWarning(name+" was renamed outside Terraform",
			fmt.Sprintf("%s (%s…) is called %q now. The plan gives it the name of the configuration.", now.ID, now.KeyPrefix, now.Name))
	}
	return diags
}

// observePrevious looks after the key that the last rotation replaced: whether it
// is still live, and who uses it.
func (r *Resource[M, P]) observePrevious(ctx context.Context, a *Attributes, seen *observation, diags *diag.Diagnostics) {
	previous, waiting := a.previous(r.Scope)
	if !waiting {
		return
	}
	key, err := r.platform.Find(ctx, previous.Scope, previous.ID.ValueString(), false)
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && key.RevokedAt != nil:
		a.Previous = noPrevious(r.Scope)
		return
	case err != nil: // the key in place goes on all the same
		diags.AddWarning("The previous key of "+r.name(a)+" could not be looked at",
			fmt.Sprintf("%s (%s…) stays in `previous`: %s.", previous.ID.ValueString(), previous.KeyPrefix.ValueString(), err))
		return
	case key.LastUsedAt == nil:
		return
	}
	seen.PreviousUsedAt = key.LastUsedAt
	for use, err := range r.platform.Uses(ctx, previous.Scope, key.ID, rotation.MaxUses, time.Time{}) {
		switch {
		case err != nil:
			return
		case strings.HasPrefix(use.UserAgent, rotation.Prover): // a proof is no use
			seen.PreviousUsedAt = nil
			continue
		}
		seen.PreviousUsedAt = &use.At
		seen.PreviousUse = fmt.Sprintf("from %s with %s", use.IP, printable(use.UserAgent))
		return
	}
}

// observeLeftovers looks for what an apply left behind that was interrupted as it
// rotated the key and was never repeated: a key under the name that the state has,
// as it declares (somebody may have changed the key in place since), that was made
// right after word was left of that rotation. The first page of a list, which has
// the newest keys, is as far as a refresh looks.
func (r *Resource[M, P]) observeLeftovers(ctx context.Context, state *M, seen *observation, diags *diag.Diagnostics) {
	a := P(state).Shared()
	if seen.Lost != "" {
		return
	}
	others, more := r.others(ctx, state, a.ids(r.Scope), Newest)
	diags.Append(more...)
	for _, key := range others {
		key.Alike = true // what it is may have been withdrawn, too; the log tells why it was made
		leftover, more := r.leftover(ctx, state, key)
		diags.Append(more...)
		if !leftover {
			continue
		}
		made, err := r.madeFor(ctx, state, key.Key)
		if err != nil {
			diags.Append(diagnose.Error("look whether a rotation was interrupted of", r.name(a), err))
		}
		if made {
			seen.Leftovers = append(seen.Leftovers, leftBehind{ID: key.ID, KeyPrefix: key.KeyPrefix})
		}
	}
}

// gone tells of a key that the platform accepts no longer.
func (r *Resource[M, P]) gone(a *Attributes, why string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(r.name(a)+" is gone",
		fmt.Sprintf("%s (%s…): %s. The plan creates a new key in its place; remove the resource from the configuration if the key is no longer wanted.",
			a.ID.ValueString(), a.KeyPrefix.ValueString(), why))
}
