package apikey

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// rotationNotice tells the reader of a plan which key will be created, which one
// revoked, when, and why.
func (r *Resource[M, P]) rotationNotice(state *M, declared policy, seen observation, reasons []string) diag.Diagnostic {
	old := P(state).Shared()
	outgoing := r.outgoing(state, seen)
	text := fmt.Sprintf("%s. A new key is created first, and %s (%s…) is revoked ",
		strings.Join(reasons, "; "), outgoing.ID.ValueString(), outgoing.KeyPrefix.ValueString())
	switch {
	case !declared.overlapKnown:
		text += "after it"
	case declared.overlap.None():
		text += "after it, in the same apply"
	default:
		text += fmt.Sprintf("by the first apply that is at least %s later", declared.overlap.For)
		if declared.overlap.Quiet > 0 {
			text += fmt.Sprintf(" and finds it unused for %s", declared.overlap.Quiet)
		}
	}
	text += ". Whatever uses the old token must read the new one."
	previous, _ := old.previous(r.Scope)
	for _, key := range r.overtaken(state, seen) {
		if key.ID.Equal(previous.ID) {
			text += fmt.Sprintf(" The key before it, %s (%s…), is still live; it is revoked in this apply, too%s.",
				key.ID.ValueString(), key.KeyPrefix.ValueString(), whose(seen))
		} else {
			text += fmt.Sprintf(" %s (%s…), which is disabled, is revoked in this apply.", key.ID.ValueString(), key.KeyPrefix.ValueString())
		}
	}
	return diag.NewWarningDiagnostic("Rotation of "+r.name(old), text)
}

// fateNotice tells what becomes of a replaced key, where its time is over.
func (r *Resource[M, P]) fateNotice(a *Attributes, previous Previous, declared policy, seen observation, fate rotation.Fate) (diags diag.Diagnostics) {
	key := fmt.Sprintf("%s (%s…)", previous.ID.ValueString(), previous.KeyPrefix.ValueString())
	switch fate {
	case rotation.Over:
		diags.AddWarning("The previous key of "+r.name(a)+" is revoked",
			fmt.Sprintf("%s was replaced at %s, and its overlap is over. This apply revokes it%s.", key, a.CreatedAt.ValueString(), whose(seen)))
	case rotation.InUse:
		text := fmt.Sprintf("%s was replaced at %s, but it is not revoked while it is in use%s. Give whoever it is the new token.", key, a.CreatedAt.ValueString(), whose(seen))
		if declared.overlap.Max > 0 {
			text += fmt.Sprintf(" It is revoked in any case after %s.", instant(a.CreatedAt).Add(declared.overlap.Max).UTC().Format(time.RFC3339))
		}
		due := rotation.Age{RotateAfter: declared.rotateAfter}.Due(instant(a.CreatedAt))
		if !due.IsZero() && !seen.At.Before(due) {
			text += " The rotation that was due at " + due.UTC().Format(time.RFC3339) + " waits for that."
		}
		diags.AddWarning("The previous key of "+r.name(a)+" is still in use", text)
	case rotation.Overlapping:
	}
	return diags
}

// lingerNotice tells what a change of the key in place leaves to the one before it.
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
		fmt.Sprintf("The key in place will %s. %s (%s…), which it replaced, is live until its overlap is over and keeps all that it has. To revoke it in this apply, set overlap and quiet_period to \"0s\".",
			harm, previous.ID.ValueString(), previous.KeyPrefix.ValueString()))
	return diags
}

// sweepNotice tells which key is revoked that nobody reads.
func (r *Resource[M, P]) sweepNotice(a *Attributes, id, prefix string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("A leftover of "+r.name(a)+" is revoked",
		fmt.Sprintf("%s (%s…) has its name, is what it declares and was made with the provider's key, but nobody has ever used it. So an interrupted apply has left it behind, and its token is lost: this apply revokes it. "+
			"If another configuration or workspace that shares the provider's key has just made it, do not apply: give one of the two another name, or set on_name_conflict = %q.", id, prefix, nameAllow))
}

// whose tells when a replaced key was last used, and by whom.
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

// printable is a text that somebody else chose, fit for a terminal.
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
