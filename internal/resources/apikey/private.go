package apikey

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// refreshResult is what a refresh saw of a key beyond its attributes. It is kept
// with the state, so that the plan and the apply that follow, whenever they run,
// decide by it alike: Terraform plans once more as it applies, and whatever that
// second plan took from a clock or from the platform would contradict the first.
type refreshResult struct {
	// ID of the key that it is about.
	ID string `json:"id"`
	// At is when, by the platform's clock; the zero time for never.
	At time.Time `json:"at"`
	// Lost says how the key ended, where its resource goes on.
	Lost string `json:"lost,omitempty"`
	// PreviousUsedAt is when the previous key was last used, nil for never.
	PreviousUsedAt *time.Time `json:"previous_used_at,omitempty"`
	// PreviousUse tells who used it, as far as that is known.
	PreviousUse string `json:"previous_use,omitempty"`
}

// decision is what a plan has decided, for its apply to carry out.
type decision struct {
	// Rotate is whether a new key is created.
	Rotate bool `json:"rotate,omitempty"`
	// Revokes are the keys that the plan lists for revocation.
	Revokes []target `json:"revokes,omitempty"`
}

// ids are the ids of the keys that the plan lists for revocation.
func (d decision) ids() (ids []string) {
	for _, key := range d.Revokes {
		ids = append(ids, key.ID)
	}
	return ids
}

// target is a key that a plan lists for revocation.
type target struct {
	ID        string `json:"id"`
	KeyPrefix string `json:"key_prefix"`
	// Scope is what it belongs to; nil for an organization's key.
	Scope *string `json:"scope,omitempty"`
	// Reason says why it may be revoked: one of an orphaned key's, replaced, or expired.
	Reason string `json:"reason"`
}

// The reasons to revoke a key that is not orphaned.
const (
	// replaced: a rotation without an overlap replaces it.
	replaced = "replaced"
	// expired: its overlap is over.
	expired = "expired"
)

func targetOf(key Other, reason string) target {
	return target{ID: key.ID.ValueString(), KeyPrefix: key.KeyPrefix.ValueString(), Scope: key.Scope.ValueStringPointer(), Reason: reason}
}

// noun says what kind of key it is, in diagnostics.
func (t target) noun() string {
	switch t.Reason {
	case unfinished, interrupted:
		return "orphaned key"
	default:
		return "previous key"
	}
}

func (t target) scope() types.String { return types.StringPointerValue(t.Scope) }

// The keys of the private state.
const (
	refreshResultKey = "refresh"
	decisionKey      = "decision"
	// importedKey holds when the key was imported; a rotation that is older is not one of
	// this state.
	importedKey = "imported"
	// replacedKey holds the predecessor that a plan may replace:
	// Terraform hands it to the plan of the object that replaces it.
	replacedKey = "replaced"
)

// predecessor is an object that a new one takes the place of, as far as the plan of the
// new one is to know.
type predecessor struct {
	// IDs are those of all its keys, the current one's first.
	IDs []string `json:"ids"`
	// KeyPrefix is the current key's.
	KeyPrefix string `json:"key_prefix"`
	// Scope is what the current key belongs to; nil for an organization's key.
	Scope *string `json:"scope,omitempty"`
	// Protected is whether it is not to be destroyed.
	Protected bool `json:"protected,omitempty"`
}

func (r *Resource[M, P]) predecessor(state *M) predecessor {
	a := P(state).Shared()
	return predecessor{
		IDs: a.ids(r.Scope), KeyPrefix: a.KeyPrefix.ValueString(),
		Scope: r.platform.ScopeOf(state).ValueStringPointer(), Protected: a.DeletionProtection.ValueBool(),
	}
}

// id of its current key, "" where there is no predecessor.
func (p predecessor) id() string {
	if len(p.IDs) == 0 {
		return ""
	}
	return p.IDs[0]
}

// ref is its current key.
func (p predecessor) ref() KeyRef {
	return KeyRef{ID: p.id(), KeyPrefix: p.KeyPrefix, Scope: types.StringPointerValue(p.Scope)}
}

// private is Terraform's private state, of a request or a response.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// load reads a value of the private state, the zero value where there is none.
func load[T any](ctx context.Context, from private, key string) (value T, diags diag.Diagnostics) {
	content, diags := from.GetKey(ctx, key)
	if diags.HasError() || len(content) == 0 {
		return value, diags
	}
	if err := json.Unmarshal(content, &value); err != nil {
		diags.AddError("The private state can't be read", fmt.Sprintf("%s: %s. Refresh, then plan again.", key, err))
	}
	return value, diags
}

func store(ctx context.Context, to private, key string, value any) (diags diag.Diagnostics) {
	content, err := json.Marshal(value)
	if err != nil {
		diags.AddError("The private state can't be written", fmt.Sprintf("%s: %s", key, err))
		return diags
	}
	return to.SetKey(ctx, key, content)
}

// keep stores a refresh's result, unless there is none where none was before.
func keep(ctx context.Context, to private, seen refreshResult) diag.Diagnostics {
	before, diags := to.GetKey(ctx, refreshResultKey)
	if seen.ID == "" && len(before) == 0 {
		return diags
	}
	return store(ctx, to, refreshResultKey, seen)
}

// observed returns what was seen of the key, and nothing where it was of another.
func observed(ctx context.Context, from private, id string) (refreshResult, diag.Diagnostics) {
	seen, diags := load[refreshResult](ctx, from, refreshResultKey)
	if seen.ID != id {
		return refreshResult{}, diags
	}
	return seen, diags
}
