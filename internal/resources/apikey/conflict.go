package apikey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// claimName claims the planned name for a resource, and says so if another resource
// has claimed it, too.
func (r *Resource[M, P]) claimName(plan *M, owner string, claim providerdata.Claim) (diags diag.Diagnostics) {
	a, scope := P(plan).Shared(), r.platform.ScopeOf(plan)
	if a.OnConflict.ValueString() == object.ConflictIsAllowed || a.Name.IsUnknown() || scope.IsUnknown() {
		return nil
	}
	if r.platform.Claims().ClaimName(scope.ValueString(), a.Name.ValueString(), owner, claim) {
		diags.AddAttributeError(path.Root("name"), "Two resources have the same name",
			fmt.Sprintf("%s is declared twice. A name belongs to one resource: give each its own, or set on_conflict = %q on all of them.", r.name(a), object.ConflictIsAllowed))
	}
	return diags
}

// keepName checks the planned name of a key that is there.
func (r *Resource[M, P]) keepName(ctx context.Context, state, plan *M, choice rotation.Choice) diag.Diagnostics {
	before, after := P(state).Shared(), P(plan).Shared()
	claim := providerdata.Keeps
	if !after.Name.Equal(before.Name) || !r.platform.ScopeOf(plan).Equal(r.platform.ScopeOf(state)) {
		claim = providerdata.Renames
	}
	diags := r.claimName(plan, before.ID.ValueString(), claim)
	if claim == providerdata.Renames && choice == rotation.Keep && !diags.HasError() && r.platform.Status().Ready() {
		diags.Append(r.takenName(ctx, before, plan)...)
	}
	return diags
}

// takenName refuses a rename onto the name of another live key, unless that key is
// another resource's of this run, which is being renamed: whether it is is
// checked when that one is planned. A run that did not refresh this resource's own
// key can't tell which keys are resources': there it is a warning.
func (r *Resource[M, P]) takenName(ctx context.Context, before *Attributes, plan *M) diag.Diagnostics {
	others, diags := r.others(ctx, plan, before.ids(r.Scope), All)
	claims := r.platform.Claims()
	for _, key := range others {
		switch {
		case !claims.WasRead(before.ID.ValueString()):
			if !claims.WasRead(key.ID) {
				diags.AddAttributeWarning(path.Root("name"), "Another key has this name",
					fmt.Sprintf("%s: %s. Without a refresh it is not known whether another resource has that key and is being renamed in this run. Nothing is revoked. "+
						"To be sure, run without -refresh=false.", r.name(P(plan).Shared()), r.described(ctx, plan, key)))
			}
		default:
			found, more := r.awaitRead(ctx, plan, key)
			diags.Append(more...)
			if found == providerdata.InNoState {
				diags.Append(r.conflict(ctx, plan, key, "If another resource of this configuration has that key and is being renamed in the same apply, "+
					"plan both together (not with -target or -parallelism=1), or apply the other one first."))
			}
		}
	}
	return diags
}

// awaitRead reports whether another resource of the run has the key. Keys that other
// calls took for ones of resources, and that have turned out to be of none, are errors.
func (r *Resource[M, P]) awaitRead(ctx context.Context, plan *M, key Key) (found providerdata.Found, diags diag.Diagnostics) {
	found, open := r.platform.Claims().AwaitRead(ctx, key.ID, P(plan).Shared().Name.ValueString())
	for id, name := range open {
		if id != key.ID {
			diags.AddError("Name conflict with another live key",
				fmt.Sprintf("%s is live and has the name %q, which this plan gives to another key. No resource of this run has it. Nothing was created or revoked. Run keyward keys show %s to see what it is.", id, name, id))
		}
	}
	return found, diags
}

// declare records what is planned for a resource's key, and reports another resource that
// has the same key, or that is to get its name.
func (r *Resource[M, P]) declare(ctx context.Context, state, plan *M) (diags diag.Diagnostics) {
	a, after := P(state).Shared(), P(plan).Shared()
	id, planned := a.ID.ValueString(), providerdata.Stays
	if !after.Name.IsUnknown() && !naming.Same(after.Name.ValueString(), a.Name.ValueString()) {
		planned = providerdata.Yields
	}
	by, wanted, twice := r.platform.Claims().Plan(id, planned)
	switch {
	case twice:
		diags.Append(r.twice(a))
	case wanted && planned == providerdata.Stays:
		diags.AddAttributeError(path.Root("name"), "Two resources have the same name",
			fmt.Sprintf("%s (%s…) belongs to this resource, and another resource is to be created or rotated under its name, %q. A name belongs to one resource: give each its own, "+
				"or set on_conflict = %q.", id, a.KeyPrefix.ValueString(), by.Name, object.ConflictIsAllowed))
	case wanted && !by.Said:
		diags.Append(r.noteReplaced(ctx, state, id)...)
	}
	return diags
}

// twice is the error of a key that two resources have.
func (r *Resource[M, P]) twice(a *Attributes) diag.Diagnostic {
	id := a.ID.ValueString()
	return diag.NewAttributeErrorDiagnostic(path.Root("id"), "Two resources have the same key",
		fmt.Sprintf("%s: another resource of this configuration has %s (%s…), too. Each would rotate or revoke the key that the other one uses. "+
			"Keep one: run terraform state rm <address> for the other one and remove its block, or put removed { from = <address> lifecycle { destroy = false } } in its place.",
			r.name(a), id, a.KeyPrefix.ValueString()))
}

// conflicts refuses, at plan, every other live key that has the planned name, except one
// of another resource of this run that is renamed or destroyed. own are the
// resource's keys, rotated those that it replaces.
func (r *Resource[M, P]) conflicts(ctx context.Context, plan *M, own, rotated []string) diag.Diagnostics {
	claims := r.platform.Claims()
	others, diags := r.others(ctx, plan, own, All)
	for _, key := range others {
		found := providerdata.InState
		if !claims.WasRead(key.ID) {
			expected, said, more := r.expected(ctx, plan, key, rotated)
			diags.Append(more...)
			if said {
				diags.AddAttributeWarning(path.Root("name"), "Another key has this name",
					fmt.Sprintf("%s: %s. A plan of the last 24 hours said that it replaces that key: a new key is created first. If it was not a plan of this resource, both keys will have the name. Nothing is revoked because of that.",
						r.name(P(plan).Shared()), r.described(ctx, plan, key)))
				claims.ExpectSuccessor(key.ID, providerdata.Successor{Name: P(plan).Shared().Name.ValueString(), Said: true, Expected: true})
			}
			if expected || more.HasError() {
				continue
			}
			found = providerdata.InNoState
			if len(rotated) == 0 || claims.WasRead(rotated[0]) { // else nothing is refreshed, as in an apply
				found, more = r.awaitRead(ctx, plan, key)
				diags.Append(more...)
			}
		}
		if found == providerdata.InNoState {
			diags.Append(r.conflict(ctx, plan, key, refreshHint(rotated)))
			continue
		}
		diags.Append(r.wants(ctx, plan, key, len(rotated) == 0, found == providerdata.InState)...)
	}
	return diags
}

// expected reports whether the log says why a live key of the name is there: an interrupted
// rotation created it, or a plan replaces it with a new key, which is created first: said.
func (r *Resource[M, P]) expected(ctx context.Context, plan *M, key Key, rotated []string) (expected, said bool, diags diag.Diagnostics) {
	mine, diags := r.interruptedRotation(ctx, plan, key, rotated)
	if mine || diags.HasError() {
		return mine, false, diags
	}
	said, diags = r.saidReplaced(ctx, plan, key.ID)
	return said, said, diags
}

// wants checks a name that a key of another resource has, or a tainted key of this
// resource. The apply finds in the log that the plan expected that key; where it is only
// assumed to be a resource's, that resource's plan says so.
func (r *Resource[M, P]) wants(ctx context.Context, plan *M, key Key, creates, certain bool) (diags diag.Diagnostics) {
	a := P(plan).Shared()
	planned := r.platform.Claims().ExpectSuccessor(key.ID, providerdata.Successor{Name: a.Name.ValueString(), Said: certain})
	switch {
	case planned == providerdata.Stays:
		diags.AddAttributeError(path.Root("name"), "Two resources have the same name",
			fmt.Sprintf("%s: another resource has a key of that name, %s (%s…). A name belongs to one resource: give each its own, "+
				"or set on_conflict = %q.", r.name(a), key.ID, key.KeyPrefix, object.ConflictIsAllowed))
		return diags
	case planned == providerdata.Goes && creates:
		diags.Append(moved(r.name(a), key.ID, key.KeyPrefix))
	}
	if certain || planned != providerdata.Unplanned {
		diags.Append(r.noteReplaced(ctx, plan, key.ID)...)
	}
	return diags
}

// moved is the warning about a key that is destroyed while another one of its name is
// created.
func moved(name, id, keyPrefix string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("name"), name+" is destroyed and created in one plan",
		fmt.Sprintf("The plan revokes %s (%s…) and creates a new key of the same name at another address, with another token. To keep the key, use a moved block.", id, keyPrefix))
}

// stillFree refuses, at apply, every other live key that has the planned name, unless the
// plan expected it.
func (r *Resource[M, P]) stillFree(ctx context.Context, plan *M, own, rotated []string) diag.Diagnostics {
	others, diags := r.others(ctx, plan, own, All)
	for _, key := range others {
		expected, _, more := r.expected(ctx, plan, key, rotated)
		diags.Append(more...)
		if !expected && !more.HasError() {
			diags.Append(r.conflict(ctx, plan, key, refreshHint(rotated)))
		}
	}
	return diags
}

// interruptedRotation reports whether an interrupted rotation of one of rotated has
// created the key. It is no conflict: the next refresh finds it, and the plan after that
// lists it.
func (r *Resource[M, P]) interruptedRotation(ctx context.Context, plan *M, key Key, rotated []string) (bool, diag.Diagnostics) {
	if len(rotated) == 0 {
		return false, nil
	}
	finished, err := r.finished(ctx, r.platform.ScopeOf(plan), key, true)
	if err != nil {
		return false, diag.Diagnostics{diagnostics.Error("check for an interrupted rotation", r.name(P(plan).Shared()), err)}
	}
	return rotation.NewKeyOf(finished, rotated...), nil
}

// others returns the live keys that may be in conflict with the name: none where the
// configuration allows them.
func (r *Resource[M, P]) others(ctx context.Context, m *M, own []string, which ListMode) ([]Key, diag.Diagnostics) {
	if P(m).Shared().OnConflict.ValueString() == object.ConflictIsAllowed {
		return nil, nil
	}
	return r.sameName(ctx, m, own, which)
}

// sameName returns the live keys that have the name, without the resource's own.
func (r *Resource[M, P]) sameName(ctx context.Context, m *M, own []string, which ListMode) (others []Key, diags diag.Diagnostics) {
	a := P(m).Shared()
	if a.Name.IsUnknown() {
		return nil, nil
	}
	keys, known, err := r.platform.SameName(ctx, m, which)
	if err != nil {
		diags.Append(diagnostics.Error("look for other keys with the name of", r.name(a), err))
	}
	if err != nil || !known {
		return nil, diags
	}
	for _, key := range keys {
		if key.RevokedAt == nil && rotation.Named(key.Name, a.Name.ValueString()) && !r.platform.Claims().WasRevoked(key.ID) && !slices.Contains(own, key.ID) {
			others = append(others, key)
		}
	}
	return others, diags
}

// orphansOf returns the live keys whose provisional name says that they were to get
// the declared name, and that no creation is still working on.
func (r *Resource[M, P]) orphansOf(ctx context.Context, m *M, own []string, which ListMode) (orphans []Orphan, diags diag.Diagnostics) {
	a, scope := P(m).Shared(), r.platform.ScopeOf(m)
	if a.Name.IsUnknown() || scope.IsUnknown() {
		return nil, nil
	}
	keys, _, err := r.platform.SameName(ctx, m, which)
	if err != nil {
		return nil, diag.Diagnostics{diagnostics.Error("look for orphaned keys of", r.name(a), err)}
	}
	for _, key := range keys {
		if key.RevokedAt == nil && isOrphanOf(scope, a.Name.ValueString(), key, r.platform.Now()) &&
			!r.platform.Claims().WasRevoked(key.ID) && !slices.Contains(own, key.ID) {
			orphans = append(orphans, orphanOf(scope, key, unfinished))
		}
	}
	return orphans, nil
}

// noteReplaced leaves word in the log that keys are about to be replaced: a plan
// gives a creation nothing else.
func (r *Resource[M, P]) noteReplaced(ctx context.Context, m *M, ids ...string) (diags diag.Diagnostics) {
	for _, id := range ids {
		if err := r.platform.Inspect(ctx, r.platform.ScopeOf(m), id, providerdata.Replaces(id)); err != nil {
			diags.Append(diagnostics.Error("read the key to be replaced by", r.name(P(m).Shared()), err))
		}
	}
	return diags
}

// saidReplaced reports whether a plan of the last 24 hours said that it replaces the key.
func (r *Resource[M, P]) saidReplaced(ctx context.Context, m *M, id string) (said bool, diags diag.Diagnostics) {
	said, err := r.platform.SaysReplaced(ctx, r.platform.ScopeOf(m), id)
	if err != nil {
		diags.Append(diagnostics.Error("check the name of", r.name(P(m).Shared()), err))
	}
	return said, diags
}

// refreshHint says what may have hidden a replaced key from the provider: a rotation
// has the key in its state.
func refreshHint(rotated []string) string {
	if len(rotated) > 0 {
		return ""
	}
	return "If this resource replaces that key (terraform taint, -replace with create_before_destroy), run without -refresh=false, and apply within 24 hours of the plan: " +
		"Terraform shows the key to the provider only when it refreshes, and the apply finds in the log what the plan has seen.\n" +
		"- If this configuration had the key at another address, use a moved block. If its resource is being renamed in the same apply, plan both together (not with -target or -parallelism=1)."
}

// conflict says whose name it is, and what to do about it. hint is one more way
// out, or empty.
func (r *Resource[M, P]) conflict(ctx context.Context, plan *M, key Key, hint string) diag.Diagnostic {
	a := P(plan).Shared()
	if hint != "" {
		hint = "\n- " + hint
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("name"), "Name conflict with another live key",
		fmt.Sprintf("%s: %s. No resource of this run has it. Nothing was created or revoked.\n\n"+
			"- To manage that key, import it; its token stays unknown:\n%s\n"+
			"- To revoke it, once nothing needs it: keyward keys revoke %s\n"+
			"- If an interrupted apply may have created it: keyward keys prune --state <every state that uses this credential> --unclaimed\n"+
			"- To keep both, give this one another name, or set on_conflict = %q.%s",
			r.name(a), r.described(ctx, plan, key), indented(r.ImportBlock(r.platform.ScopeOf(plan).ValueString(), key.ID)), key.ID, object.ConflictIsAllowed, hint))
}

// described says what is known of another key: who made it, when, and who used it
// last.
func (r *Resource[M, P]) described(ctx context.Context, m *M, key Key) string {
	return fmt.Sprintf("%s (%s…) is live and has that name; created at %s by %s; %s",
		key.ID, key.KeyPrefix, key.CreatedAt.UTC().Format(time.RFC3339), key.CreatedBy, r.lastRequest(ctx, r.platform.ScopeOf(m), key.ID, key.LastUsedAt))
}

// lastRequest says when a key made its last request, of any status, and from where.
func (r *Resource[M, P]) lastRequest(ctx context.Context, scope types.String, id string, lastUsedAt *time.Time) string {
	for request, err := range r.platform.Requests(ctx, scope, RequestFilter{KeyID: id, Limit: 1}) {
		if err != nil {
			break
		}
		return fmt.Sprintf("last request at %s from %s with %s, answered %d", request.At.UTC().Format(time.RFC3339), request.IP, printable(request.UserAgent), request.Status)
	}
	if lastUsedAt != nil {
		return "last used at " + lastUsedAt.UTC().Format(time.RFC3339)
	}
	return "no request in the log"
}

// indented is a block in a list.
func indented(block string) string { return "    " + strings.ReplaceAll(block, "\n", "\n    ") }
