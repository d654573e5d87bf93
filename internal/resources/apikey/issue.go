package apikey

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/diagnose"
	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Create creates the first key, then revokes what interrupted applies left behind
// under its name.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	resp.Diagnostics.Append(codec.Plan(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(P(&plan).Shared(), &resp.Diagnostics) {
		return
	}
	attributes := P(&plan).Shared()
	attributes.Previous = noPrevious(r.Scope)
	attributes.Leftovers = noLeftovers(r.Scope)
	first, diags := r.firstGeneration(ctx, &plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	attributes.Generation = types.Int64Value(first)
	save := r.saver(&resp.State, resp.Identity)
	issued, ok := r.issue(ctx, &plan, "", nil, save, &resp.Diagnostics)
	if !ok {
		return
	}
	r.switchOff(ctx, &plan, issued, save, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// An error would taint the key, and the next apply would begin by destroying it.
	var failed diag.Diagnostics
	r.revokeLeftovers(ctx, &plan, save, &failed)
	for _, d := range failed {
		resp.Diagnostics.AddWarning(d.Summary(), d.Detail())
	}
}

// firstGeneration is 1, unless the name has had a key before: where that one was
// revoked by hand or replaced, whoever keeps the generation as a version must see
// another one. The time in seconds is one that no generation has reached yet, and
// each earlier key adds one, for there may be several within a second.
func (r *Resource[M, P]) firstGeneration(ctx context.Context, plan *M) (int64, diag.Diagnostics) {
	a := P(plan).Shared()
	keys, _, err := r.platform.Namesakes(ctx, plan, All)
	if err != nil {
		return 0, diag.Diagnostics{diagnose.Error("look for earlier keys of the name of", r.name(a), err)}
	}
	if len(keys) == 0 {
		return 1, nil
	}
	latest := r.platform.Now().Unix()
	for _, key := range keys {
		latest = max(latest, key.CreatedAt.Unix())
	}
	return latest + int64(len(keys)), nil
}

// issued is a new key, and what the plan wants of it that a creation can't give.
type issued struct {
	token client.Secret
	// off is whether the key is to be disabled.
	off bool
}

// issue creates a key as the plan has it and puts it into the state before
// anything else can go wrong. plan becomes the model as saved. comment goes with the
// request; own are the keys that the resource has already.
func (r *Resource[M, P]) issue(ctx context.Context, plan *M, comment string, own []string, save saver[M], diags *diag.Diagnostics) (issued, bool) {
	attributes := P(plan).Shared()
	wanted := attributes.Enabled
	leftovers, more := r.namesakes(ctx, plan, own)
	for _, d := range more.Errors() { // the plan has told the rest
		diags.Append(d)
	}
	recipients, more := attributes.sealers(ctx)
	diags.Append(more...)
	if diags.HasError() {
		return issued{}, false
	}
	made, err := r.create(ctx, plan, comment, diags)
	if err != nil {
		diags.Append(diagnose.Error("create", r.name(attributes), err))
		return issued{}, false
	}
	attributes.adopt(made.Key)
	diags.Append(attributes.keepToken(made.Token, recipients)...)
	declared, more := attributes.policy(ctx)
	diags.Append(more...)
	attributes.RotateDue = declared.due(made.CreatedAt)
	if previous, waiting := attributes.previous(r.Scope); waiting {
		previous.RevokeDue = declared.revokeDue(made.CreatedAt)
		attributes.Previous = previous.object(r.Scope)
	}
	pending := attributes.leftovers(r.Scope)
	for _, key := range leftovers {
		if key.CreatedBy == made.CreatedBy { // by now it is certain which credential is ours
			pending = append(pending, pendingKey(r.platform.ScopeOf(plan), key))
		}
	}
	attributes.Leftovers, more = leftoversOf(r.Scope, pending)
	diags.Append(more...)
	diags.Append(save(ctx, plan)...)
	off := !wanted.IsNull() && !wanted.IsUnknown() && !wanted.ValueBool() && made.Enabled
	return issued{token: made.Token, off: off}, !diags.HasError()
}

// create creates a key. Where the answer is lost, it looks for what the request
// has made, revokes it, for its token is lost with the answer, and creates once
// more.
func (r *Resource[M, P]) create(ctx context.Context, plan *M, comment string, diags *diag.Diagnostics) (Issued, error) {
	before, known, err := r.platform.Namesakes(ctx, plan, All)
	if err != nil || !known {
		return r.platform.Create(ctx, plan, comment)
	}
	made, lost := r.platform.Create(ctx, plan, comment)
	if lost == nil || !isLost(lost) || P(plan).Shared().OnNameConflict.ValueString() == nameAllow {
		return made, lost
	}
	known = slices.Contains(ids(before), createdID(lost))
	if err := r.revokeStrays(ctx, plan, ids(before), createdID(lost), diags); err != nil || known {
		return made, errors.Join(lost, err)
	}
	if made, err = r.platform.Create(ctx, plan, comment); err != nil {
		return made, err
	}
	// The first request may have been carried out as late as this.
	if err := r.revokeStrays(ctx, plan, append(ids(before), made.ID), "", diags); err != nil {
		diags.AddWarning("Another key of the name of "+r.name(P(plan).Shared())+" may be live",
			fmt.Sprintf("The answer to its creation was lost, so it was created once more. Whether the first request has made a key too could not be told: %s. "+
				"The next rotation finds it.", err))
	}
	return made, nil
}

// revokeStrays revokes what a request made whose answer was lost: keys of the
// name that were not there before. id is one that is known to be.
func (r *Resource[M, P]) revokeStrays(ctx context.Context, plan *M, before []string, id string, diags *diag.Diagnostics) error {
	live, _, err := r.platform.Namesakes(ctx, plan, Fresh)
	if err != nil {
		return err
	}
	creators, err := r.platform.Creators(ctx, plan)
	if err != nil {
		return err
	}
	for _, key := range live {
		if key.RevokedAt != nil {
			continue
		}
		seen := rotation.Namesake{Ours: slices.Contains(creators, key.CreatedBy), Alike: key.Alike, LastUsedAt: key.LastUsedAt}
		mine := key.Name == P(plan).Shared().Name.ValueString() && rotation.Whose(seen) == rotation.Leftover
		if slices.Contains(before, key.ID) || key.ID != id && !mine {
			continue
		}
		if err := r.platform.Revoke(ctx, r.platform.ScopeOf(plan), key.ID); err != nil {
			return fmt.Errorf("revoke %s (%s…), whose token was lost: %w", key.ID, key.KeyPrefix, err)
		}
		diags.AddWarning("The answer to the creation of "+r.name(P(plan).Shared())+" was lost",
			fmt.Sprintf("The request had made %s (%s…), whose token nobody has. That key is revoked, and another one is created.", key.ID, key.KeyPrefix))
	}
	return nil
}

// isLost reports whether a creation may have made a key whose token is lost.
func isLost(err error) bool { return errors.Is(err, client.ErrOutcomeUnknown) || createdID(err) != "" }

// createdID returns the id of a key that a failed creation has made, if it is
// known.
func createdID(err error) string {
	var failure *client.Error
	if errors.As(err, &failure) {
		return failure.CreatedID
	}
	return ""
}

func ids(keys []Namesake) []string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = key.ID
	}
	return all
}

// switchOff disables a new key that is declared so.
func (r *Resource[M, P]) switchOff(ctx context.Context, plan *M, made issued, save saver[M], diags *diag.Diagnostics) {
	if !made.off {
		return
	}
	target := *plan
	P(&target).Shared().Enabled = boolFalse
	r.edit(ctx, plan, target, save, diags)
}
