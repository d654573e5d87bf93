package apikey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
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
	kept *refreshResult
	// imported is when the key was imported, if this refresh is part of that.
	imported *time.Time
	diags    diag.Diagnostics
}

// Read brings the state up to what the platform says.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found := r.refresh(ctx, state, req.Private)
	resp.Diagnostics.Append(found.diags...)
	switch {
	case resp.Diagnostics.HasError():
	case found.gone:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(r.Identify(ctx, resp.Identity, r.platform.ScopeOf(&found.state), P(&found.state).Shared().ID)...)
	default:
		resp.Diagnostics.Append(found.keep(ctx, resp.Private)...)
		resp.Diagnostics.Append(r.saver(&resp.State, resp.Identity)(ctx, &found.state)...)
	}
}

// keep stores what is worth keeping.
func (f *refreshed[M]) keep(ctx context.Context, to private) (diags diag.Diagnostics) {
	if f.kept != nil {
		diags.Append(keep(ctx, to, *f.kept)...)
	}
	if f.imported != nil {
		diags.Append(store(ctx, to, importedKey, *f.imported)...)
	}
	return diags
}

// refresh looks what became of a key. from is what is kept beside its state.
func (r *Resource[M, P]) refresh(ctx context.Context, before M, from private) *refreshed[M] {
	defer r.platform.Claims().Enter()()
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
	r.platform.Claims().Read(attributes.ids(r.Scope)...)
	key, err := r.platform.Read(ctx, state)
	seen := refreshResult{ID: attributes.ID.ValueString(), At: r.platform.Now().UTC()} // an answer brings the platform's time
	switch {
	case errors.Is(err, client.ErrNotFound):
		seen.Lost = "it no longer exists"
	case err != nil:
		diags.Append(diagnostics.Error("read", r.name(attributes), err))
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
	since, more := load[time.Time](ctx, from, importedKey)
	diags.Append(more...)
	if P(&before).Shared().CreatedAt.IsNull() { // nothing but the id is known: it is being imported
		since, found.imported = seen.At, &seen.At
	}
	r.observePrevious(ctx, attributes, &seen, diags)
	r.observeOrphans(ctx, state, key, since, diags)
	if diags.HasError() {
		return found
	}
	_, waiting := attributes.previous(r.Scope)
	if found.gone = seen.Lost != "" && !waiting && !attributes.replacing(r.Scope); found.gone {
		diags.Append(r.gone(attributes, seen.Lost))
		return found
	}
	if seen.Lost != "" && waiting {
		diags.AddWarning(r.name(attributes)+" is gone", fmt.Sprintf("%s (%s…): %s. Its previous key is still live. The plan creates a new key and keeps the previous one for the overlap.",
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
func (r *Resource[M, P]) worthKeeping(a *Attributes, declared policy, seen refreshResult) refreshResult {
	_, waiting := a.previous(r.Scope)
	due := rotation.Age{RotateAfter: declared.rotateAfter}.Due(instant(a.CreatedAt))
	switch {
	case seen.Lost != "":
	case waiting && r.previousStatus(a, declared, seen) != rotation.Overlapping:
	case !due.IsZero() && !seen.At.Before(due):
	default:
		return refreshResult{}
	}
	return seen
}

// complete fills in what neither the platform nor an older state has.
func (a *Attributes) complete(scope string) {
	if a.Generation.IsNull() {
		a.Generation = types.Int64Value(1)
	}
	if a.TokenFingerprint.IsNull() && a.Token.ValueString() != "" {
		a.TokenFingerprint = types.StringValue(client.NewSecret(a.Token.ValueString()).Fingerprint())
	}
	if a.Previous.IsNull() {
		a.Previous = noPrevious(scope)
	}
	if a.Orphaned.IsNull() {
		a.Orphaned = types.ListNull(orphanedType(scope))
	}
	if a.Revokes.IsNull() {
		a.Revokes = revokesOf(nil)
	}
}

// drift says what was changed on the key outside Terraform.
func (r *Resource[M, P]) drift(before *Attributes, now Key) (diags diag.Diagnostics) {
	name := r.name(before)
	if before.Enabled.ValueBool() && !now.Enabled {
		diags.AddWarning(name+" was disabled outside Terraform",
			fmt.Sprintf("%s (%s…) is refused by the platform. It stays disabled, unless the configuration says enabled = true: then the plan enables it again.",
				now.ID, now.KeyPrefix))
	}
	if declared := before.Name.ValueString(); declared != "" && !naming.Same(declared, now.Name) && !requestedBy(now.Name, before) {
		diags.AddWarning(name+" was renamed outside Terraform",
			fmt.Sprintf("%s (%s…) is called %q now. The plan gives it the name of the configuration.", now.ID, now.KeyPrefix, now.Name))
	}
	return diags
}

// observePrevious looks after the key that the last rotation replaced: whether it
// is still live, and who uses it.
func (r *Resource[M, P]) observePrevious(ctx context.Context, a *Attributes, seen *refreshResult, diags *diag.Diagnostics) {
	previous, waiting := a.previous(r.Scope)
	if !waiting {
		return
	}
	key, err := r.platform.Find(ctx, previous.Scope, previous.ID.ValueString(), false)
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && key.RevokedAt != nil:
		a.Previous = noPrevious(r.Scope)
		return
	case err != nil: // that does not affect the current key
		diags.AddWarning("Could not read the previous key of "+r.name(a),
			fmt.Sprintf("%s (%s…) stays in `previous`: %s.", previous.ID.ValueString(), previous.KeyPrefix.ValueString(), err))
		return
	case key.LastUsedAt == nil:
		return
	}
	seen.PreviousUsedAt = key.LastUsedAt
	for request, err := range r.platform.Requests(ctx, previous.Scope, RequestFilter{KeyID: key.ID, Limit: rotation.MaxRequests}) {
		switch {
		case err != nil:
			return
		case request.Status >= 400:
			continue
		case rotation.Verification(request, key.ID):
			seen.PreviousUsedAt = nil
			continue
		}
		seen.PreviousUsedAt = &request.At
		seen.PreviousUse = fmt.Sprintf("from %s with %s", request.IP, printable(request.UserAgent))
		return
	}
}

// observeOrphans looks for the orphaned keys of this resource: those that the state has already, as long as they are, and new ones. The
// first page of a list, which has the newest keys, is as far as a refresh looks.
func (r *Resource[M, P]) observeOrphans(ctx context.Context, state *M, key Key, since time.Time, diags *diag.Diagnostics) {
	a := P(state).Shared()
	var orphans []Orphan
	for _, orphan := range a.orphaned(r.Scope) {
		if r.staysOrphaned(ctx, a, orphan, diags) {
			orphans = append(orphans, orphan)
		}
	}
	found, more := r.orphansOf(ctx, state, a.ids(r.Scope), Newest)
	diags.Append(more...)
	orphans = append(orphans, found...)
	orphans = append(orphans, r.interruptedRotations(ctx, state, key, since, diags)...)
	a.Orphaned, more = orphanedOf(r.Scope, orphans)
	diags.Append(more...)
}

// interruptedRotations looks for live keys of the name that a rotation of this
// resource has created and that are in no state. current is the current key. A key that is
// older than the import of the resource, at since, is another state's.
func (r *Resource[M, P]) interruptedRotations(ctx context.Context, state *M, current Key, since time.Time, diags *diag.Diagnostics) (orphans []Orphan) {
	a, scope := P(state).Shared(), r.platform.ScopeOf(state)
	others, more := r.sameName(ctx, state, a.ids(r.Scope), Newest)
	diags.Append(more...)
	var replaced []string
	for _, key := range others {
		if !since.IsZero() && !key.CreatedAt.After(since) {
			continue
		}
		if used := key.LastUsedAt; used != nil && used.Sub(key.CreatedAt) > provisional.FinishWithin {
			continue // by more than its verification; where many keys have the name, that spares the log
		}
		if replaced == nil && current.ID == "" {
			replaced = a.rotated(r.Scope)
		}
		if replaced == nil {
			itself, err := r.finished(ctx, scope, current, true)
			if err != nil {
				diags.AddWarning("Could not check "+r.name(a)+" for an interrupted rotation",
					fmt.Sprintf("%s (%s…) has its name, and the log could not be read: %s Nothing is done about that key.", key.ID, key.KeyPrefix, sentence(err)))
				return nil
			}
			replaced = append(a.rotated(r.Scope), rotation.ReplacedBy(itself)...)
		}
		finished, err := r.finished(ctx, scope, key, true)
		if err != nil {
			diags.AddWarning("Could not check "+r.name(a)+" for an interrupted rotation",
				fmt.Sprintf("%s (%s…) has its name, and the log could not be read: %s Nothing is done about that key.", key.ID, key.KeyPrefix, sentence(err)))
			return nil
		}
		if rotation.NewKeyOf(finished, replaced...) {
			orphans = append(orphans, orphanOf(scope, key, interrupted))
		}
	}
	return orphans
}

// staysOrphaned reports whether a key that the state has as orphaned is still live,
// and still is what the state says. Where that is not known, it stays.
func (r *Resource[M, P]) staysOrphaned(ctx context.Context, a *Attributes, key Orphan, diags *diag.Diagnostics) bool {
	found, err := r.platform.Find(ctx, key.Scope, key.ID.ValueString(), false)
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && found.RevokedAt != nil:
		return false
	case err == nil && key.Reason == unfinished:
		return provisional.Is(found.Name)
	case err == nil && key.Reason == interrupted:
		var finished rotation.Finished
		if finished, err = r.finished(ctx, key.Scope, found, false); err == nil {
			return rotation.Unused(finished)
		}
	}
	if err != nil {
		diags.AddWarning("Could not check an orphaned key of "+r.name(a),
			fmt.Sprintf("%s (%s…) stays in `orphaned`: %s", key.ID.ValueString(), key.KeyPrefix.ValueString(), sentence(err)))
	}
	return true
}

// gone warns of a key that the platform no longer accepts.
func (r *Resource[M, P]) gone(a *Attributes, why string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(r.name(a)+" is gone",
		fmt.Sprintf("%s (%s…): %s. The plan creates a new key in its place; remove the resource from the configuration if the key is no longer wanted.",
			a.ID.ValueString(), a.KeyPrefix.ValueString(), why))
}
