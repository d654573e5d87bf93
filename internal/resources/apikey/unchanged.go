package apikey

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/keyward/terraform-provider-keyward/internal/resources/codec"
)

// PlanUnchanged plans a key for which Terraform proposes the state that it has. It
// reports whether that is the plan, with no warnings, and then it adds what the
// plan keeps to private, the private state. Otherwise ModifyPlan has to say what is
// planned, which the context that it returns hands on: no request is made twice.
func (r *Resource[M, P]) PlanUnchanged(ctx context.Context, config tfsdk.Config, state tfsdk.State, private map[string][]byte) (context.Context, bool) {
	var declared, is M
	if codec.Config(ctx, config, &declared).HasError() || codec.State(ctx, state, &is).HasError() ||
		!codec.Sound(ctx, declared) || !codec.Sound(ctx, is) {
		return ctx, false
	}
	made := &planned[M]{plan: is, keep: privateMap{}}
	made.diags = r.plan(ctx, &declared, &is, &made.plan, privateMap(private), made.keep)
	if len(made.diags) > 0 || !codec.Equal(made.plan, is) {
		return context.WithValue(ctx, plannedKey{}, made), false
	}
	maps.Copy(private, made.keep)
	return ctx, true
}

// ReadUnchanged refreshes a key. It reports whether the key is as the state has it,
// with no warnings and nothing to keep, and then writes its identity. Otherwise Read has
// to say what the refresh found, which the context that it returns hands on: no
// request is made twice.
func (r *Resource[M, P]) ReadUnchanged(ctx context.Context, state tfsdk.State, identity *tfsdk.ResourceIdentity, private map[string][]byte) (context.Context, bool) {
	var before M
	if codec.State(ctx, state, &before).HasError() || !codec.Sound(ctx, before) {
		return ctx, false
	}
	found := r.refresh(ctx, before, privateMap(private))
	ctx = context.WithValue(ctx, refreshedKey{}, found)
	kept := found.kept != nil && (found.kept.ID != "" || len(private[observationKey]) > 0)
	if found.gone || kept || found.imported != nil || len(found.diags) > 0 || !codec.Equal(found.state, before) {
		return ctx, false
	}
	return ctx, !r.Identify(ctx, identity, r.platform.ScopeOf(&found.state), P(&found.state).Shared().ID).HasError()
}

// The keys of what a refresh found and of what is planned, in the context of the
// call that asked for it.
type (
	refreshedKey struct{}
	plannedKey   struct{}
)

// privateMap is private state as it is outside the framework.
type privateMap map[string][]byte

func (p privateMap) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p privateMap) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}
