package apikey

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

func previousSchema(kind object.Kind) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The key that a rotation replaced, while it is live; null as soon as it is revoked.",
		Attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the previous key."},
			kind.Scope:   schema.StringAttribute{Computed: true, MarkdownDescription: "What the previous key belongs to."},
			"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of its token."},
			"created_at": schema.StringAttribute{
				CustomType: timetypes.RFC3339Type{}, Computed: true,
				MarkdownDescription: "When it was created (RFC 3339, UTC).",
			},
			"revoke_due": schema.StringAttribute{
				CustomType: timetypes.RFC3339Type{}, Computed: true,
				MarkdownDescription: "When its overlap is over (RFC 3339, UTC): the first apply after that revokes it.",
			},
		},
	}
}

func leftoversSchema(kind object.Kind) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true,
		MarkdownDescription: "Keys that are still to be revoked though nothing reads them: what interrupted applies left behind under the name, and those that a rotation overtook. " +
			"Null where there are none; the next apply revokes them.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key."},
			kind.Scope:   schema.StringAttribute{Computed: true, MarkdownDescription: "What the key belongs to."},
			"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of its token."},
		}},
	}
}

// Pending is a key that is still to be revoked.
type Pending struct {
	ID        types.String
	Scope     types.String
	KeyPrefix types.String
}

// Previous is a key that a rotation has replaced but not revoked yet.
type Previous struct {
	Pending
	CreatedAt timetypes.RFC3339
	// RevokeDue is when its overlap is over.
	RevokeDue timetypes.RFC3339
}

func pendingTypes(scope string) map[string]attr.Type {
	return map[string]attr.Type{"id": types.StringType, scope: types.StringType, "key_prefix": types.StringType}
}

func previousTypes(scope string) map[string]attr.Type {
	all := pendingTypes(scope)
	all["created_at"], all["revoke_due"] = timetypes.RFC3339Type{}, timetypes.RFC3339Type{}
	return all
}

func (p Pending) values(scope string) map[string]attr.Value {
	return map[string]attr.Value{"id": p.ID, scope: p.Scope, "key_prefix": p.KeyPrefix}
}

func (p Previous) object(scope string) types.Object {
	values := p.values(scope)
	values["created_at"], values["revoke_due"] = p.CreatedAt, p.RevokeDue
	return types.ObjectValueMust(previousTypes(scope), values)
}

func noPrevious(scope string) types.Object { return types.ObjectNull(previousTypes(scope)) }

func leftoversType(scope string) types.ObjectType {
	return types.ObjectType{AttrTypes: pendingTypes(scope)}
}

func noLeftovers(scope string) types.List { return types.ListNull(leftoversType(scope)) }

// leftoversOf is the list of keys, null where there are none.
func leftoversOf(scope string, keys []Pending) (types.List, diag.Diagnostics) {
	if len(keys) == 0 {
		return noLeftovers(scope), nil
	}
	elements := make([]attr.Value, len(keys))
	for i, key := range keys {
		elements[i] = types.ObjectValueMust(pendingTypes(scope), key.values(scope))
	}
	return types.ListValue(leftoversType(scope), elements)
}

// revokesOf is the list of the keys' ids, null where there are none.
func revokesOf(keys ...Pending) types.List {
	if len(keys) == 0 {
		return types.ListNull(types.StringType)
	}
	ids := make([]attr.Value, len(keys))
	for i, key := range keys {
		ids[i] = key.ID
	}
	return types.ListValueMust(types.StringType, ids)
}

// previous returns the key that a rotation replaced, and false where none is
// live any more.
func (a *Attributes) previous(scope string) (Previous, bool) {
	if a.Previous.IsNull() || a.Previous.IsUnknown() {
		return Previous{}, false
	}
	values := a.Previous.Attributes()
	pending, ok := pendingOf(values, scope)
	created, okCreated := values["created_at"].(timetypes.RFC3339)
	due, okDue := values["revoke_due"].(timetypes.RFC3339)
	return Previous{Pending: pending, CreatedAt: created, RevokeDue: due}, ok && okCreated && okDue
}

func pendingOf(values map[string]attr.Value, scope string) (Pending, bool) {
	id, okID := values["id"].(types.String)
	owner, okOwner := values[scope].(types.String)
	prefix, okPrefix := values["key_prefix"].(types.String)
	return Pending{ID: id, Scope: owner, KeyPrefix: prefix}, okID && okOwner && okPrefix
}

// leftovers returns the keys that are still to be revoked.
func (a *Attributes) leftovers(scope string) []Pending {
	var keys []Pending
	for _, element := range a.Leftovers.Elements() {
		if object, ok := element.(types.Object); ok {
			if key, ok := pendingOf(object.Attributes(), scope); ok {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// dueAt is an attribute's time, null for the zero time.
func dueAt(at time.Time) timetypes.RFC3339 {
	if at.IsZero() {
		return timetypes.NewRFC3339Null()
	}
	return timetypes.NewRFC3339TimeValue(at.UTC())
}

func instant(at timetypes.RFC3339) time.Time {
	if at.IsNull() || at.IsUnknown() {
		return time.Time{}
	}
	instant, _ := at.ValueRFC3339Time()
	return instant
}

// ids returns the ids of all keys that the resource has, its own first.
func (a *Attributes) ids(scope string) []string {
	all := []string{a.ID.ValueString()}
	if previous, waiting := a.previous(scope); waiting {
		all = append(all, previous.ID.ValueString())
	}
	for _, key := range a.leftovers(scope) {
		all = append(all, key.ID.ValueString())
	}
	return all
}
