package apikey

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"filippo.io/age"
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

// A creation is finished on the key itself. The key is created under a provisional
// name, verified if it replaces another one, and renamed to the declared name. Until
// then it is in no state, and nothing has its token: whatever fails before, the key is
// revoked. Anyone who finds a key with a provisional name that is
// older than any creation takes knows by the name alone that it is orphaned.

// ErrOtherKey says that an answer is about another key than the one asked for.
var ErrOtherKey = errors.New("the answer is about another key")

// discardWithin bounds the revocation of a key whose creation failed. Together
// with provisional.FinishWithin it is shorter than provisional.OrphanAge.
const discardWithin = 4 * time.Minute

// Create creates the first key. It revokes no other.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(codec.Plan(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&plan).Shared(), &resp.Diagnostics) {
		return
	}
	if r.first(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(r.saver(&resp.State, resp.Identity)(ctx, &plan)...)
	}
}

// first creates the first key of a resource and writes it into the plan.
func (r *Resource[M, P]) first(ctx context.Context, plan *M, diags *diag.Diagnostics) bool {
	a := P(plan).Shared()
	a.Previous, a.Revokes = noPrevious(r.Scope), revokesOf(nil)
	generation, more := r.firstGeneration(ctx, plan)
	diags.Append(more...)
	orphans, more := r.orphansOf(ctx, plan, nil, All)
	diags.Append(more...)
	diags.Append(r.stillFree(ctx, plan, nil, nil)...)
	if diags.HasError() {
		return false
	}
	a.Generation = types.Int64Value(generation)
	a.Orphaned, more = orphanedOf(r.Scope, orphans)
	diags.Append(more...)
	return r.issue(ctx, plan, "", diags)
}

// firstGeneration is 1, unless the name has had a key before: where that one was
// revoked by hand or replaced, anyone who keeps the generation as a version must see
// another one. The time in seconds is one that no generation has reached yet, and
// each earlier key adds one, for there may be several within a second.
func (r *Resource[M, P]) firstGeneration(ctx context.Context, plan *M) (int64, diag.Diagnostics) {
	a := P(plan).Shared()
	keys, _, err := r.platform.SameName(ctx, plan, All)
	if err != nil {
		return 0, diag.Diagnostics{diagnostics.Error("look for earlier keys with the name of", r.name(a), err)}
	}
	latest, earlier := r.platform.Now().Unix(), int64(0)
	for _, key := range keys {
		if rotation.Named(key.Name, a.Name.ValueString()) {
			latest = max(latest, key.CreatedAt.Unix())
			earlier++
		}
	}
	if earlier == 0 {
		return 1, nil
	}
	return latest + earlier, nil
}

// issue creates a key as the plan has it, finishes it, and writes it into the plan,
// which is then the model to save. replaces is the id of the key that it is to replace,
// "" for none. Where issue reports false, no key is left, or the diagnostics say which
// one may be.
func (r *Resource[M, P]) issue(ctx context.Context, plan *M, replaces string, diags *diag.Diagnostics) bool {
	a := P(plan).Shared()
	lacks, err := r.platform.Lacks(ctx)
	switch {
	case err != nil:
		diags.Append(diagnostics.Error("check what the provider's key may do for", r.name(a), err))
	case lacks != "":
		diags.AddError("Could not create "+r.name(a), r.cannotManage(lacks)+" Nothing was created.")
	}
	recipients, more := a.sealers(ctx)
	diags.Append(more...)
	if diags.HasError() {
		return false
	}
	ctx, release := client.Reserve(ctx, finishingRequests(replaces))
	defer release()
	wanted := *plan
	made, err := r.post(ctx, plan, diags)
	if err != nil {
		diags.Append(diagnostics.Error("create", r.name(a), err))
		return false
	}
	finishing, cancel := r.finishing(ctx, made.CreatedAt)
	defer cancel()
	key, err := r.finish(finishing, plan, &wanted, made, replaces)
	if err == nil {
		err = r.adoptNew(ctx, plan, &wanted, key, made.Token, recipients)
	}
	if err != nil {
		diags.AddError("Could not create "+r.name(P(&wanted).Shared()), r.discard(ctx, plan, made, err))
		return false
	}
	return true
}

// finishingRequests is how many requests finish a creation: the name, and the
// verification of a key that replaces another one.
func finishingRequests(replaces string) int {
	if replaces != "" {
		return 2
	}
	return 1
}

// cannotManage says what a credential lacks for a creation.
func (r *Resource[M, P]) cannotManage(lacks string) string {
	return fmt.Sprintf("The provider's key can't create, edit and delete %s keys: it lacks %s. A creation needs all three: "+
		"a new key is renamed once it is finished, and revoked if that fails. Give the provider a key that has them.", r.Platform, lacks)
}

// finishing is the time that a creation has from the key's creation to its final
// name. An interrupted run sees it through, and its requests overtake others.
func (r *Resource[M, P]) finishing(ctx context.Context, created time.Time) (context.Context, context.CancelFunc) {
	left := provisional.FinishWithin - max(0, r.platform.Now().Sub(created))
	return context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), left)
}

// post creates a key under a provisional name. Where the answer is lost, what the
// request has made is found by that name, which is this process's own, and revoked;
// then another key is created.
func (r *Resource[M, P]) post(ctx context.Context, plan *M, diags *diag.Diagnostics) (Issued, error) {
	for first := true; ; first = false {
		name := provisional.New(r.platform.ScopeOf(plan).ValueString(), P(plan).Shared().Name.ValueString(), rand.Text())
		made, err := r.platform.Create(ctx, plan, name)
		switch {
		case err == nil && made.Name != name:
			revoked, lookup := r.revokeProvisional(ctx, plan, name)
			return made, errors.Join(fmt.Errorf("the answer to the creation is about another key, %s (%q). Does a proxy answer in the platform's place? %s", made.ID, made.Name, revokedSentence(revoked)), lookup)
		case err == nil:
			return made, nil
		case !isLost(err):
			return made, err
		}
		ids, lookup := r.revokeProvisional(ctx, plan, name)
		if lookup != nil {
			return made, fmt.Errorf("%w\n\nWhether the request has created a key could not be checked: %w. If it has, the key is called %q, its token is lost, and it is orphaned after %d minutes: keyward keys prune revokes it",
				err, lookup, name, int(provisional.OrphanAge.Minutes()))
		}
		if !first || ctx.Err() != nil {
			return made, err
		}
		for _, id := range ids {
			diags.AddWarning("The answer to the creation of "+r.name(P(plan).Shared())+" was lost",
				fmt.Sprintf("The request had created %s, whose token is lost. That key was revoked, and another one is created.", id))
		}
	}
}

// revokeProvisional revokes the live keys that have a provisional name which this
// process has made up. It returns their ids.
func (r *Resource[M, P]) revokeProvisional(ctx context.Context, plan *M, name string) (ids []string, err error) {
	ctx, cancel := context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), discardWithin)
	defer cancel()
	keys, _, err := r.platform.SameName(ctx, plan, Fresh)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if key.Name != name || key.RevokedAt != nil {
			continue
		}
		if err := r.platform.Revoke(ctx, r.platform.ScopeOf(plan), key.ID); err != nil {
			return ids, fmt.Errorf("revoke %s (%s…), whose token was lost: %w", key.ID, key.KeyPrefix, err)
		}
		ids = append(ids, key.ID)
	}
	return ids, nil
}

// isLost reports whether a creation may have made a key whose token is lost.
func isLost(err error) bool {
	var failure *client.Error
	return errors.Is(err, client.ErrOutcomeUnknown) || errors.As(err, &failure) && failure.CreatedID != ""
}

// finish verifies a new key that replaces another one, and gives it the name and
// whatever else the plan wants of it.
func (r *Resource[M, P]) finish(ctx context.Context, plan, wanted *M, made Issued, replaces string) (Key, error) {
	scope := r.platform.ScopeOf(plan)
	comment := ""
	if replaces != "" {
		if err := r.platform.Verify(ctx, scope, made.ID, made.Token); err != nil {
			return Key{}, fmt.Errorf("the new key could not be verified: %w", err)
		}
		comment = rotation.Rotates(replaces)
	}
	from, to := *plan, *plan
	was, is := P(&from).Shared(), P(&to).Shared()
	was.ID, was.Name, was.Enabled = types.StringValue(made.ID), types.StringValue(made.Name), types.BoolValue(made.Enabled)
	is.ID, is.Name, is.Enabled = was.ID, P(wanted).Shared().Name, was.Enabled
	if enabled := P(wanted).Shared().Enabled; !enabled.IsNull() && !enabled.IsUnknown() {
		is.Enabled = enabled
	}
	key, err := r.platform.Edit(ctx, &from, &to, comment)
	if err != nil {
		found, lookup := r.platform.Find(ctx, scope, made.ID, true)
		if lookup != nil || found.RevokedAt != nil || !naming.Same(found.Name, is.Name.ValueString()) {
			return Key{}, fmt.Errorf("the new key could not get its name: %w", err)
		}
		key = found // the request was carried out, and only its answer is lost
	}
	if key.ID != made.ID || key.KeyPrefix != made.KeyPrefix || !key.CreatedAt.Equal(made.CreatedAt) {
		return Key{}, fmt.Errorf("%w: the new key is %s (%s…, created at %s), but the answer is about %s (%s…, created at %s), which may now be called %q",
			ErrOtherKey, made.ID, made.KeyPrefix, made.CreatedAt.UTC().Format(time.RFC3339), key.ID, key.KeyPrefix, key.CreatedAt.UTC().Format(time.RFC3339), is.Name.ValueString())
	}
	*plan = to
	return key, nil
}

// adoptNew writes a finished key into the plan.
func (r *Resource[M, P]) adoptNew(ctx context.Context, plan, wanted *M, key Key, token client.Secret, recipients []age.Recipient) error {
	a := P(plan).Shared()
	a.adopt(key)
	a.Name = P(wanted).Shared().Name
	if err := a.keepToken(token, recipients); err != nil {
		return err
	}
	declared, diags := a.policy(ctx)
	a.RotateDue = declared.due(key.CreatedAt)
	if previous, live := a.previous(r.Scope); live {
		previous.RevokeDue = declared.revokeDue(key.CreatedAt)
		a.Previous = previous.object(r.Scope)
	}
	if diags.HasError() {
		return errors.New(diags[0].Detail())
	}
	return nil
}

// discard revokes a key whose creation failed, and says what became of it.
func (r *Resource[M, P]) discard(ctx context.Context, plan *M, made Issued, failure error) string {
	ctx, cancel := context.WithTimeout(client.Urgent(context.WithoutCancel(ctx)), discardWithin)
	defer cancel()
	if errors.Is(failure, ErrOtherKey) || errors.Is(failure, client.ErrNotFound) {
		// The id may be another key's. The provisional name is certainly ours.
		ids, err := r.revokeProvisional(ctx, plan, made.Name)
		if err == nil {
			return sentence(failure) + " The answer to the creation named the key " + made.ID + ". " + revokedSentence(ids) + " The state was not changed."
		}
		return fmt.Sprintf("%s The answer to the creation named the key %s. The new key may be live under the name %q: %s Nothing has its token. keyward keys prune revokes it once it is %d minutes old.",
			sentence(failure), made.ID, made.Name, sentence(err), int(provisional.OrphanAge.Minutes()))
	}
	if err := r.platform.Revoke(ctx, r.platform.ScopeOf(plan), made.ID); err != nil {
		return fmt.Sprintf("%s The new key %s (%s…) could not be revoked either: %s Nothing has its token, and it is not in the state. "+
			"keyward keys revoke %s revokes it now; under its name %q keyward keys prune does, once it is %d minutes old.",
			sentence(failure), made.ID, made.KeyPrefix, sentence(err), made.ID, made.Name, int(provisional.OrphanAge.Minutes()))
	}
	return fmt.Sprintf("%s The new key %s (%s…) was revoked, and the state was not changed. Apply again.", sentence(failure), made.ID, made.KeyPrefix)
}

func revokedSentence(ids []string) string {
	switch len(ids) {
	case 0:
		return "No key of this creation is live."
	case 1:
		return "The key that was created is " + ids[0] + "; it was revoked."
	default:
		return fmt.Sprintf("The keys %q were created; they were revoked.", ids)
	}
}

// sentence is an error as a sentence.
func sentence(err error) string {
	text := []rune(err.Error())
	if len(text) == 0 {
		return ""
	}
	if text[0] >= 'a' && text[0] <= 'z' {
		text[0] -= 'a' - 'A'
	}
	if last := text[len(text)-1]; last != '.' && last != '!' && last != '?' {
		text = append(text, '.')
	}
	return string(text)
}
