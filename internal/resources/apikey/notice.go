package apikey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// rotationNotice says which key will be created, which one
// revoked, when, and why.
func (r *Resource[M, P]) rotationNotice(state *M, declared policy, seen observation, reasons []string) diag.Diagnostic {
	old := P(state).Shared()
	outgoing, live := r.outgoing(state, seen)
	if !live {
		return diag.NewWarningDiagnostic("Rotation of "+r.name(old), "Reason: "+strings.Join(reasons, "; ")+". A new key is created. Whatever uses the old token must read the new one.")
	}
	text := fmt.Sprintf("Reason: %s. A new key is created first, and %s (%s…) is revoked ",
		strings.Join(reasons, "; "), outgoing.ID.ValueString(), outgoing.KeyPrefix.ValueString())
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

// fateNotice says what happens to a previous key whose overlap is over.
func (r *Resource[M, P]) fateNotice(a *Attributes, previous Previous, declared policy, seen observation, fate rotation.Fate) (diags diag.Diagnostics) {
	key := fmt.Sprintf("%s (%s…)", previous.ID.ValueString(), previous.KeyPrefix.ValueString())
	switch fate {
	case rotation.Over:
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
func (r *Resource[M, P]) earlyNotice(a *Attributes, previous Previous, seen observation) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The previous key of "+r.name(a)+" is revoked early",
		fmt.Sprintf("%s (%s…) was replaced at %s, and its overlap is not over: this plan ends it, because it changes or removes rotation. This apply revokes the key%s. Keep overlap and quiet_period as they are to let it end in time.",
			previous.ID.ValueString(), previous.KeyPrefix.ValueString(), a.CreatedAt.ValueString(), whose(seen)))
}

// lingerNotice warns that a change of the current key does not affect the previous one.
func (r *Resource[M, P]) lingerNotice(ctx context.Context, state, plan *M) (diags diag.Diagnostics) {
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
func whose(seen observation) string {
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
