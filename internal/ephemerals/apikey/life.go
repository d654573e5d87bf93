package apikey

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnostics"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// finishing returns a context for what finishes, or undoes, a creation: it outlives the
// run's interruption, for as long as the key can't be taken for an orphaned one, and
// overtakes what waits for a limit.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), provisional.FinishWithin)
}

// create creates a key in two steps: under a provisional name that no one else has, and
// then with the name that says until when it may live. Until the second step is done no
// one has its token; if it fails, this process's own key is revoked.
func (r *Resource[M, P]) create(ctx context.Context, m *M, diags *diag.Diagnostics) (Minted, bool) {
	attributes := P(m).Shared()
	declared := attributes.Name.ValueString()
	label := fmt.Sprintf("ephemeral %s API key %q", r.Name, declared)
	if status := r.Platform.Status(); !status.Ready() {
		diags.Append(status.Diagnostic(r.Name, label))
		return Minted{}, false
	}
	scope, owner, err := r.Platform.Scope(ctx, m)
	if err == nil {
		err = r.Platform.MayManage(ctx, scope)
	}
	if err != nil {
		diags.Append(diagnostics.Error("create", label, err))
		return Minted{}, false
	}
	name := provisional.New(owner, hashed(declared), rand.Text())
	minted, err := r.Platform.Mint(ctx, scope, m, name)
	ctx, cancel := finishing(ctx)
	defer cancel()
	switch {
	case err == nil:
		return r.finish(ctx, minted, name, attributes, diags)
	case mayExist(err):
		diags.Append(diagnostics.Error("create", label, err))
		diags.Append(r.undo(ctx, scope, name, "")...)
	default:
		diags.Append(diagnostics.Error("create", label, err))
	}
	return Minted{}, false
}

// finish gives the key that was created under a provisional name its own.
func (r *Resource[M, P]) finish(ctx context.Context, minted Minted, name string, attributes *Attributes, diags *diag.Diagnostics) (Minted, bool) {
	certain, scope := "", minted.Scope
	made, err := r.Platform.Key(ctx, scope, minted.ID)
	if err == nil && (made.Name != name || made.KeyPrefix != minted.KeyPrefix) {
		// Anyone who changed the answer's id would have us rename, and revoke, another key.
		err = fmt.Errorf("the answer to the creation of %q has the id %s, which is the key %q", name, made.ID, made.Name)
	}
	if err == nil {
		certain = made.ID
		lives := provisional.Ephemeral{Name: attributes.Name.ValueString(), Until: minted.CreatedAt.Add(attributes.lifetime())}
		if minted.Key, err = r.Platform.Rename(ctx, made.Scope, made.ID, lives.String()); err == nil {
			return minted, true
		}
	}
	diags.Append(diagnostics.Error("finish the creation of", fmt.Sprintf("ephemeral %s API key %q", r.Name, attributes.Name.ValueString()), err))
	diags.Append(r.undo(ctx, scope, name, certain)...)
	return Minted{}, false
}

// mayExist reports whether a creation that failed may have made a key.
func mayExist(err error) bool {
	failure, ok := errors.AsType[*client.Error](err)
	return !ok || failure.CreatedID != "" || failure.OutcomeUnknown
}

// undo revokes the key that this process made, and no other one: the one with the
// provisional name, which has this process's own nonce, or the one of an id that had it.
func (r *Resource[M, P]) undo(ctx context.Context, scope, name, id string) (diags diag.Diagnostics) {
	for key, err := range r.Platform.Keys(ctx, scope) {
		if err != nil {
			diags.AddWarning("A "+r.Name+" API key may still be live",
				fmt.Sprintf("Could not check whether the key %q exists: %s\n\nIf it does, no run has its token. Once it is older than %s, the next run that opens this name revokes it, or keyward keys prune.",
					name, err, duration.Short(provisional.OrphanAge)))
			return diags
		}
		if key.Name != name && (id == "" || key.ID != id) {
			continue
		}
		if err := r.Platform.Revoke(ctx, scope, key.ID); err != nil {
			diags.AddWarning(r.label(key)+" may still be live", fmt.Sprintf("It could not be revoked: %s\n\nNo run has its token. To revoke it: keyward keys revoke %s",
				err, key.ID))
			continue
		}
		diags.AddWarning(r.label(key)+" was revoked", "Its creation could not be finished, and no run has its token.")
	}
	return diags
}

// sweep revokes what any run may revoke of the declared name. Whatever fails is a
// warning: the new key is as good as ever.
func (r *Resource[M, P]) sweep(ctx context.Context, minted Key, declared string) (diags diag.Diagnostics) {
	for key, err := range r.Platform.Keys(ctx, minted.Scope) {
		if err != nil {
			diags.AddWarning("Could not look for "+r.Name+" API keys that are past their time",
				fmt.Sprintf("%s\n\nKeys of earlier runs of %q may still be live.", err, declared))
			return diags
		}
		if reason, _ := overdue(key, minted.Owner, declared, r.Platform.PlatformNow()); reason != "" && key.ID != minted.ID {
			diags.Append(r.end(ctx, key, declared)...)
		}
	}
	return diags
}

// end revokes a key that is past its time, if it is so still: its run may have renewed it
// since it was listed.
func (r *Resource[M, P]) end(ctx context.Context, listed Key, declared string) (diags diag.Diagnostics) {
	key, err := r.Platform.Key(ctx, listed.Scope, listed.ID)
	if err != nil {
		diags.AddWarning("Could not read "+r.label(listed)+" again", fmt.Sprintf("%s\n\nIt is past its time and was not revoked.", err))
		return diags
	}
	reason, when := overdue(key, listed.Owner, declared, r.Platform.PlatformNow())
	if reason == "" {
		return nil
	}
	if diags = r.revoke(ctx, key); len(diags) == 0 {
		diags.AddWarning(r.label(key)+" was past its time and is now revoked",
			fmt.Sprintf("%s (%s…) is a key of an earlier run: "+reason+".", key.ID, key.KeyPrefix, when.UTC().Format(time.RFC3339)))
	}
	return diags
}

// renewAfter is after which part of its life a key is renewed: there is time for another
// try, and for a clock that is wrong.
const renewAfter = 2

// Renew moves the time until which the key may live. Terraform calls it in a run that
// lasts long.
func (r *Resource[M, P]) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	data, diags := req.Private.GetKey(ctx, receiptKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || data == nil {
		return
	}
	var kept receipt
	if err := json.Unmarshal(data, &kept); err != nil {
		resp.Diagnostics.AddError("Could not renew the "+r.Name+" API key of this run", "Terraform's private data for this key is invalid: "+err.Error())
		return
	}
	ctx, cancel := finishing(ctx)
	defer cancel()
	// Its answer tells the platform's time as it is now.
	renewed, err := r.Platform.Key(ctx, kept.Scope, kept.ID)
	lives := provisional.Ephemeral{Name: kept.Declared, Until: r.Platform.PlatformNow().Add(kept.Lifetime)}
	if err == nil && !renewed.Revoked {
		renewed, err = r.Platform.Rename(ctx, kept.Scope, kept.ID, lives.String())
	}
	left := kept.Until.Sub(r.Platform.PlatformNow())
	switch {
	case err != nil && left > 0:
		resp.Diagnostics.AddWarning("Could not renew "+r.label(kept.key()),
			fmt.Sprintf("%s\n\nTerraform tries again. No other run revokes the key before %s.", err, kept.Until.UTC().Format(time.RFC3339)))
		resp.RenewAt = r.Platform.Now().Add(left / renewAfter)
	case err != nil:
		resp.Diagnostics.Append(diagnostics.Error("renew", r.label(kept.key()), err))
	case renewed.Revoked:
		resp.Diagnostics.AddError("Could not renew "+r.label(kept.key()), "It was revoked. Requests with its token fail from now on.")
	default:
		kept.Name, kept.Until = renewed.Name, lives.Until
		resp.RenewAt = r.Platform.Now().Add(kept.Lifetime / renewAfter)
		resp.Diagnostics.Append(kept.keep(ctx, resp.Private)...)
	}
}
