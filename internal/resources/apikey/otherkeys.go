package apikey

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
)

// The keys that a resource has beside the current one: the previous key and orphaned
// ones, as attributes and as values.

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

func orphanedSchema(kind object.Kind) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true,
		MarkdownDescription: "Live keys of this resource that an interrupted apply did not finish, save or revoke; null where there are none. The next plan that neither rotates the key nor changes its overlap lists them in `revokes`. " +
			"See the guide *Which keys may Keyward revoke?*.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the key."},
			kind.Scope:   schema.StringAttribute{Computed: true, MarkdownDescription: "What the key belongs to."},
			"key_prefix": schema.StringAttribute{Computed: true, MarkdownDescription: "First characters of its token."},
			"reason": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`" + unfinished + "`: it has a provisional name and is older than 15 minutes, so its creation was never finished. `" + interrupted + "`: the platform's log says that a rotation of this resource created it, " +
					"the state does not have it, and only its verification has used it. `" + superseded + "`: a rotation should have revoked it and could not.",
			},
		}},
	}
}

// The reasons of an orphaned key.
const (
	unfinished  = "unfinished"
	interrupted = "interrupted"
	superseded  = "superseded"
)

// Other is a key that the resource has beside the current one.
type Other struct {
	ID        types.String
	Scope     types.String
	KeyPrefix types.String
}

// Previous is a key that a rotation has replaced but not revoked yet.
type Previous struct {
	Other
	CreatedAt timetypes.RFC3339
	// RevokeDue is when its overlap is over.
	RevokeDue timetypes.RFC3339
}

// Orphan is a live key that an interrupted apply did not finish, save or revoke.
type Orphan struct {
	Other
	Reason string
}

func otherTypes(scope string) map[string]attr.Type {
	return map[string]attr.Type{"id": types.StringType, scope: types.StringType, "key_prefix": types.StringType}
}

func previousTypes(scope string) map[string]attr.Type {
	all := otherTypes(scope)
	all["created_at"], all["revoke_due"] = timetypes.RFC3339Type{}, timetypes.RFC3339Type{}
	return all
}

func orphanTypes(scope string) map[string]attr.Type {
	all := otherTypes(scope)
	all["reason"] = types.StringType
	return all
}

func (o Other) values(scope string) map[string]attr.Value {
	return map[string]attr.Value{"id": o.ID, scope: o.Scope, "key_prefix": o.KeyPrefix}
}

func (p Previous) object(scope string) types.Object {
	values := p.values(scope)
	values["created_at"], values["revoke_due"] = p.CreatedAt, p.RevokeDue
	return types.ObjectValueMust(previousTypes(scope), values)
}

func noPrevious(scope string) types.Object { return types.ObjectNull(previousTypes(scope)) }

func orphanedType(scope string) types.ObjectType {
	return types.ObjectType{AttrTypes: orphanTypes(scope)}
}

// orphanedOf is the list of keys, null where there are none.
func orphanedOf(scope string, keys []Orphan) (types.List, diag.Diagnostics) {
	if len(keys) == 0 {
		return types.ListNull(orphanedType(scope)), nil
	}
	elements := make([]attr.Value, len(keys))
	for i, key := range keys {
		values := key.values(scope)
		values["reason"] = types.StringValue(key.Reason)
		elements[i] = types.ObjectValueMust(orphanTypes(scope), values)
	}
	return types.ListValue(orphanedType(scope), elements)
}

// revokesOf is the list of ids, null where there are none.
func revokesOf(ids []string) types.List {
	if len(ids) == 0 {
		return types.ListNull(types.StringType)
	}
	elements := make([]attr.Value, len(ids))
	for i, id := range ids {
		elements[i] = types.StringValue(id)
	}
	return types.ListValueMust(types.StringType, elements)
}

// previous returns the key that a rotation replaced, and false where none is
// live any more.
func (a *Attributes) previous(scope string) (Previous, bool) {
	if a.Previous.IsNull() || a.Previous.IsUnknown() {
		return Previous{}, false
	}
	values := a.Previous.Attributes()
	other, ok := otherOf(values, scope)
	created, okCreated := values["created_at"].(timetypes.RFC3339)
	due, okDue := values["revoke_due"].(timetypes.RFC3339)
	return Previous{Other: other, CreatedAt: created, RevokeDue: due}, ok && okCreated && okDue
}

func otherOf(values map[string]attr.Value, scope string) (Other, bool) {
	id, okID := values["id"].(types.String)
	owner, okOwner := values[scope].(types.String)
	prefix, okPrefix := values["key_prefix"].(types.String)
	return Other{ID: id, Scope: owner, KeyPrefix: prefix}, okID && okOwner && okPrefix
}

// orphaned returns the orphaned keys.
func (a *Attributes) orphaned(scope string) (keys []Orphan) {
	for _, element := range a.Orphaned.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		other, ok := otherOf(object.Attributes(), scope)
		if reason, isText := object.Attributes()["reason"].(types.String); ok && isText {
			keys = append(keys, Orphan{Other: other, Reason: reason.ValueString()})
		}
	}
	return keys
}

// replacing reports whether a rotation was interrupted after it had created the
// key that is to replace the current one.
func (a *Attributes) replacing(scope string) bool {
	return slices.ContainsFunc(a.orphaned(scope), func(key Orphan) bool { return key.Reason == interrupted })
}

// orphanOf is an orphaned key of that reason.
func orphanOf(scope types.String, key Key, reason string) Orphan {
	return Orphan{Other{ID: types.StringValue(key.ID), Scope: scope, KeyPrefix: types.StringValue(key.KeyPrefix)}, reason}
}

// isOrphanOf reports whether a key's provisional name says that it was to get the
// declared name in the scope, and it is orphaned.
func isOrphanOf(scope types.String, name string, key Key, now time.Time) bool {
	return provisional.OrphanOf(scope.ValueString(), name, key.Name, key.CreatedAt, now)
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

// rotated returns the ids of the current key and of the previous one, if it is
// live: the keys that rotations of this resource may have replaced.
func (a *Attributes) rotated(scope string) []string {
	ids := []string{a.ID.ValueString()}
	if previous, live := a.previous(scope); live {
		ids = append(ids, previous.ID.ValueString())
	}
	return ids
}

// ids returns the ids of all keys that the resource has, its own first.
func (a *Attributes) ids(scope string) []string {
	all := a.rotated(scope)
	for _, key := range a.orphaned(scope) {
		all = append(all, key.ID.ValueString())
	}
	return all
}
