package apikey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// KeyRef is a key as the state has it.
type KeyRef struct {
	ID, KeyPrefix string
	Scope         types.String
	// Token is empty where it is not known, as of an imported key.
	Token string
}

func (r *Resource[M, P]) ref(m *M) KeyRef {
	a := P(m).Shared()
	return KeyRef{
		ID: a.ID.ValueString(), KeyPrefix: a.KeyPrefix.ValueString(),
		Scope: r.platform.ScopeOf(m), Token: a.Token.ValueString(),
	}
}

// planDelete refuses to plan the revocation of a key that is protected, that another
// resource has too, or that the provider uses, and says who uses it.
func (r *Resource[M, P]) planDelete(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() {
		return
	}
	var state M
	resp.Diagnostics.Append(codec.State(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.destruction(ctx, &state)...)
}

// destruction is what a plan that destroys a resource has to say.
func (r *Resource[M, P]) destruction(ctx context.Context, state *M) (diags diag.Diagnostics) {
	a := P(state).Shared()
	if a.DeletionProtection.ValueBool() {
		diags.Append(r.protected(r.name(a), a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	by, wanted, twice := r.platform.Claims().Plan(a.ID.ValueString(), providerdata.Goes)
	if twice {
		diags.Append(r.twice(a))
	}
	if diags.HasError() || !r.platform.Status().Ready() {
		return diags
	}
	if wanted && !by.Expected {
		diags.Append(moved(r.name(a), a.ID.ValueString(), a.KeyPrefix.ValueString()))
	}
	if wanted && !by.Said {
		diags.Append(r.noteReplaced(ctx, state, a.ID.ValueString())...)
	}
	diags.Append(r.guard(ctx, r.ref(state), r.name(a), "be revoked")...)
	diags.Append(r.useNotice(ctx, state, "revoked")...)
	return diags
}

// protected is the error of a key that is not to be destroyed.
func (r *Resource[M, P]) protected(name, id, keyPrefix string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("deletion_protection"), name+" is protected",
		fmt.Sprintf("%s (%s…) would be revoked, but deletion_protection is true. To destroy it, set deletion_protection = false on the key and apply; then plan the destruction again. "+
			"To stop managing the key without touching it, use a removed block with destroy = false. "+
			"If its replacement exists already (terraform taint with create_before_destroy), run keyward keys revoke %s and apply again.",
			id, keyPrefix, id))
}

// guardChange refuses a change that would take from the provider the key that it
// uses itself.
func (r *Resource[M, P]) guardChange(ctx context.Context, state, plan *M, choice rotation.Choice) diag.Diagnostics {
	if !r.platform.Status().Ready() {
		return nil
	}
	harm, diags := r.harm(ctx, state, plan, choice)
	if harm == "" || diags.HasError() {
		return diags
	}
	return r.guard(ctx, r.ref(state), r.name(P(state).Shared()), harm)
}

// harm says what a change takes from those who use the key; it is empty where that
// is nothing, or not known yet.
func (r *Resource[M, P]) harm(ctx context.Context, state, plan *M, choice rotation.Choice) (string, diag.Diagnostics) {
	before, after := P(state).Shared(), P(plan).Shared()
	switch {
	case choice == rotation.Rotate:
		return "be rotated", nil
	case before.Enabled.ValueBool() && !after.Enabled.IsUnknown() && !after.Enabled.ValueBool():
		return "be disabled", nil
	}
	lost, diags := r.platform.Narrows(ctx, state, plan)
	if len(lost) == 0 {
		return "", diags
	}
	return "lose " + strings.Join(lost, ", "), diags
}

// guard refuses to do harm ("be revoked") to the key that the provider uses.
func (r *Resource[M, P]) guard(ctx context.Context, key KeyRef, name, harm string) (diags diag.Diagnostics) {
	own, err := r.platform.IsCaller(ctx, key)
	switch {
	case err != nil:
		diags.Append(diagnostics.Error("check", name, fmt.Errorf("it can't %s until it is certain that it is not the provider's own key: %w", harm, err)))
	case own:
		diags.AddError(name+" is the provider's own key",
			fmt.Sprintf("%s (%s…) can't %s: the provider itself uses it, and would lock itself out before it is done. "+
				"Give the provider another key first (its api_key, or %s_API_KEY in the environment), then apply again. "+
				"To stop managing the key without touching it, use a removed block with destroy = false.",
				key.ID, key.KeyPrefix, harm, strings.ToUpper(r.Platform)))
	}
	return diags
}

// rotationNotice says which key will be created, which one
// revoked, when, and why.
func (r *Resource[M, P]) rotationNotice(state *M, declared policy, seen refreshResult, reasons []string) diag.Diagnostic {
	old := P(state).Shared()
	next, live := r.nextPrevious(state, seen)
	if !live {
		return diag.NewWarningDiagnostic("Rotation of "+r.name(old), "Reason: "+strings.Join(reasons, "; ")+". A new key is created. Whatever uses the old token must read the new one.")
	}
	text := fmt.Sprintf("Reason: %s. A new key is created first, and %s (%s…) is revoked ",
		strings.Join(reasons, "; "), next.ID.ValueString(), next.KeyPrefix.ValueString())
	switch {
	case !declared.overlapKnown:
		text += "after it"
	case declared.overlap.None():
		text += "after it, in the same apply"
	default:
		text += fmt.Sprintf("by the first apply that is at least %s later", duration.Short(declared.overlap.For))
		if declared.overlap.Quiet > 0 {
			text += fmt.Sprintf(" and finds it unused for %s", duration.Short(declared.overlap.Quiet))
		}
	}
	text += ". Whatever uses the old token must read the new one."
	previous, _ := old.previous(r.Scope)
	for _, key := range r.superseded(state, seen) {
		if key.ID.Equal(previous.ID) {
			text += fmt.Sprintf(" The previous key %s (%s…) is still live; this apply revokes it, too%s.",
				key.ID.ValueString(), key.KeyPrefix.ValueString(), whose(seen))
		} else {
			text += fmt.Sprintf(" %s (%s…), which is disabled, is revoked by this apply.", key.ID.ValueString(), key.KeyPrefix.ValueString())
		}
	}
	return diag.NewWarningDiagnostic("Rotation of "+r.name(old), text)
}

// previousNotice says what happens to a previous key whose overlap is over.
func (r *Resource[M, P]) previousNotice(a *Attributes, previous Previous, declared policy, seen refreshResult, status rotation.RevocationStatus) (diags diag.Diagnostics) {
	key := fmt.Sprintf("%s (%s…)", previous.ID.ValueString(), previous.KeyPrefix.ValueString())
	switch status {
	case rotation.RevokeDue:
		diags.AddWarning("The previous key of "+r.name(a)+" will be revoked",
			fmt.Sprintf("%s was replaced at %s, and its overlap is over. This apply revokes it%s.", key, a.CreatedAt.ValueString(), whose(seen)))
	case rotation.InUse:
		text := fmt.Sprintf("%s was replaced at %s, but it is not revoked while it is in use%s. Whatever uses it must read the new token.", key, a.CreatedAt.ValueString(), whose(seen))
		if declared.overlap.Max > 0 {
			text += fmt.Sprintf(" The first apply after %s revokes it even if it is in use.", instant(a.CreatedAt).Add(declared.overlap.Max).UTC().Format(time.RFC3339))
		}
		due := rotation.Age{RotateAfter: declared.rotateAfter}.Due(instant(a.CreatedAt))
		if !due.IsZero() && !seen.At.Before(due) {
			text += " The rotation that was due at " + due.UTC().Format(time.RFC3339) + " waits until then."
		}
		diags.AddWarning("The previous key of "+r.name(a)+" is still in use", text)
	case rotation.Overlapping:
	}
	return diags
}

// earlyNotice says that it is the plan that ends the overlap of a replaced key.
func (r *Resource[M, P]) earlyNotice(a *Attributes, previous Previous, seen refreshResult) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The previous key of "+r.name(a)+" is revoked early",
		fmt.Sprintf("%s (%s…) was replaced at %s, and its overlap is not over: this plan ends it, because it changes or removes rotation. This apply revokes the key%s. Keep overlap and quiet_period as they are to let it end in time.",
			previous.ID.ValueString(), previous.KeyPrefix.ValueString(), a.CreatedAt.ValueString(), whose(seen)))
}

// previousKeptNotice warns that a change of the current key does not affect the previous one.
func (r *Resource[M, P]) previousKeptNotice(ctx context.Context, state, plan *M) (diags diag.Diagnostics) {
	a, after := P(state).Shared(), P(plan).Shared()
	previous, waiting := a.previous(r.Scope)
	if !waiting || after.Previous.IsNull() || !r.platform.Status().Ready() {
		return nil
	}
	harm, diags := r.harm(ctx, state, plan, rotation.Keep)
	if harm == "" {
		return diags
	}
	diags.AddWarning("The previous key of "+r.name(a)+" stays as it is",
		fmt.Sprintf("The current key will %s. The previous key %s (%s…) is live until its overlap is over, and this change does not affect it. To revoke it in this apply, set overlap and quiet_period to \"0s\".",
			harm, previous.ID.ValueString(), previous.KeyPrefix.ValueString()))
	return diags
}

// orphanNotice says which orphaned key a plan revokes, and why it may.
func (r *Resource[M, P]) orphanNotice(a *Attributes, key Orphan) diag.Diagnostic {
	why := map[string]string{
		unfinished:  "Its creation was interrupted: it still has a provisional name, so nothing has its token.",
		interrupted: "A rotation of this resource created it and was killed before the state was written. Only its verification has used it.",
		superseded:  "An earlier apply should have revoked it and could not.",
	}[key.Reason]
	return diag.NewWarningDiagnostic("An orphaned key of "+r.name(a)+" will be revoked",
		fmt.Sprintf("%s (%s…) is live. %s This apply revokes it.", key.ID.ValueString(), key.KeyPrefix.ValueString(), why))
}

// useNotice says who last used a key that a plan revokes or disables ("revoked").
func (r *Resource[M, P]) useNotice(ctx context.Context, m *M, what string) (diags diag.Diagnostics) {
	a := P(m).Shared()
	name := r.name(a)
	key, err := r.platform.Find(ctx, r.platform.ScopeOf(m), a.ID.ValueString(), false)
	switch {
	case errors.Is(err, client.ErrNotFound), err == nil && key.RevokedAt != nil:
	case err != nil:
		diags.AddWarning(name+" will be "+what,
			fmt.Sprintf("%s (%s…) could not be read, so it is not known what uses it: %s", a.ID.ValueString(), a.KeyPrefix.ValueString(), sentence(err)))
	default:
		diags.AddWarning(name+" will be "+what,
			fmt.Sprintf("%s (%s…): %s. Its token is refused as soon as this plan is applied.", key.ID, key.KeyPrefix, r.lastRequest(ctx, r.platform.ScopeOf(m), key.ID, key.LastUsedAt)))
	}
	return diags
}

// whose says when a previous key was last used, and by whom.
func whose(seen refreshResult) string {
	if seen.PreviousUsedAt == nil {
		return " (it was never used)"
	}
	text := ": it was last used at " + seen.PreviousUsedAt.UTC().Format(time.RFC3339)
	if seen.PreviousUse != "" {
		text += " " + seen.PreviousUse
	}
	return text
}

// printable is a text from outside, safe to print to a terminal.
func printable(text string) string {
	const most = 200
	clean := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
	if runes := []rune(clean); len(runes) > most {
		clean = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", clean)
}
