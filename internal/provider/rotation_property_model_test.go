package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// declared is what the configuration says of the one key.
type declared struct {
	absent bool
	name   string
	// allow is whether other keys may have the name.
	allow   bool
	shape   int // of shapes
	trigger int
	// block is whether there is a rotation block, with the durations that follow.
	block                            bool
	overlap, quiet, limit, rotateAge time.Duration
	enabled                          *bool
}

func (d declared) String() string {
	if d.absent {
		return "no resource"
	}
	enabled := "unset"
	if d.enabled != nil {
		enabled = fmt.Sprint(*d.enabled)
	}
	text := fmt.Sprintf("name %q, shape %d, v %d, enabled %s", d.name, d.shape, d.trigger, enabled)
	if d.allow {
		text += ", other keys allowed"
	}
	if d.block {
		text += fmt.Sprintf(", overlap %s, quiet %s, max %s, rotate_after %s", d.overlap, d.quiet, d.limit, d.rotateAge)
	}
	return text
}

// lifetime is the overlap that is declared.
func (d declared) lifetime() time.Duration {
	if !d.block {
		return 0
	}
	return d.overlap
}

// shapes is how many shapes a key has: what only a new key can change, and on
// Billium what can be edited, too.
const shapes = 3

// shaped sets the attributes of a shape.
func (c keyCase) shaped(set values, shape int) {
	words := func(all ...string) tftypes.Value {
		elements := make([]tftypes.Value, len(all))
		for i, word := range all {
			elements[i] = text(word)
		}
		return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
	}
	switch {
	case c.platform == "corebill":
		set["permission_level"] = text(string([]corebill.Level{corebill.Read, corebill.Write, corebill.Admin}[shape]))
	case shape == 2:
		set["type"] = text(string(platform.Public))
	case shape == 1:
		set["permissions"] = words("invoice:view", "product:view")
	default:
		set["permissions"] = words("invoice:view")
	}
}

// config is the configuration as Terraform hands it over, nil for none.
func (c keyCase) declaration(t *testing.T, s *stack, d declared) values {
	t.Helper()
	if d.absent {
		return nil
	}
	object, _ := walk{&protocol{nil, s.schemas}, s.typeName}.schema().ValueType().(tftypes.Object)
	rotation, ok := object.AttributeTypes["rotation"].(tftypes.Object)
	if !ok {
		t.Fatal("the schema has no rotation")
	}
	triggers := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"v": text(fmt.Sprint(d.trigger))})
	set := values{"name": text(d.name)}
	c.shaped(set, d.shape)
	if d.enabled != nil {
		set["enabled"] = flag(*d.enabled)
	}
	if d.allow {
		set["on_conflict"] = text("allow")
	}
	if !d.block {
		return set
	}
	block := map[string]tftypes.Value{"rotate_when_changed": triggers}
	for name, length := range map[string]time.Duration{
		"overlap": max(d.overlap, time.Nanosecond), "quiet_period": d.quiet, "max_overlap": d.limit, "rotate_after": d.rotateAge,
	} {
		block[name] = tftypes.NewValue(rotation.AttributeTypes[name], nil)
		if length > 0 {
			block[name] = text(length.String())
		}
	}
	if d.overlap == 0 {
		block["overlap"] = text("0s")
	}
	set["rotation"] = tftypes.NewValue(rotation, block)
	return set
}

// row is a key as the dashboard shows it.
type row struct {
	ID, Name, Shape string
	Live, Enabled   bool
	CreatedAt       time.Time
	LastUsedAt      *time.Time
}

// works reports whether the platform accepts the key.
func (r row) works() bool { return r.Live && r.Enabled }

// rows are all keys of the platform, revoked ones included, by id.
func (c keyCase) rows(t *testing.T, w *world) map[string]row {
	t.Helper()
	all := map[string]row{}
	if c.platform == "corebill" {
		for _, k := range w.CorebillKeys(t) {
			all[k.ID] = row{k.ID, k.Name, string(k.PermissionLevel), k.RevokedAt == nil, !k.Disabled, k.CreatedAt, k.LastUsedAt}
		}
		return all
	}
	for _, k := range w.BilliumKeys(t) {
		words := []string{string(k.Type)}
		for _, permission := range k.Permissions {
			words = append(words, string(permission))
		}
		slices.Sort(words[1:])
		all[k.ID] = row{k.ID, k.Name, strings.Join(words, " "), k.RevokedAt == nil, k.IsActive, k.CreatedAt, k.LastUsedAt}
	}
	return all
}

// shape is how rows names a shape.
func (c keyCase) shapeOf(shape int) string {
	if c.platform == "corebill" {
		return []string{"read", "write", "admin"}[shape]
	}
	return []string{"SECRET invoice:view", "SECRET invoice:view product:view", "PUBLIC invoice:create invoice:view product:view"}[shape]
}

// holding is what a state, or a plan, says of the keys of its resource.
type holding struct {
	id, name, token string
	createdAt       time.Time
	// previous is empty where none is held.
	previous string
	orphaned []string
	// revokes are the ids that it lists; open, that they are not known.
	revokes []string
	open    bool
}

// ids are the keys that the state has.
func (h holding) ids() []string {
	var all []string
	for _, id := range append([]string{h.id, h.previous}, h.orphaned...) {
		if id != "" {
			all = append(all, id)
		}
	}
	return all
}

func (s *stack) holding(t *testing.T, object *tfprotov6.DynamicValue) holding {
	t.Helper()
	attributes := walk{&protocol{nil, s.schemas}, s.typeName}.attributes(t, object)
	if len(attributes) == 0 {
		return holding{}
	}
	h := holding{id: word(t, attributes["id"]), name: word(t, attributes["name"]), token: word(t, attributes["token"])}
	h.createdAt, _ = time.Parse(time.RFC3339, word(t, attributes["created_at"]))
	h.previous = idOf(t, attributes["previous"])
	for _, key := range elements(t, attributes["orphaned"]) {
		h.orphaned = append(h.orphaned, idOf(t, key))
	}
	h.open = !attributes["revokes"].IsKnown()
	for _, id := range elements(t, attributes["revokes"]) {
		h.revokes = append(h.revokes, word(t, id))
	}
	return h
}

// elements are those of a list, none where it is null or not known.
func elements(t *testing.T, list tftypes.Value) (all []tftypes.Value) {
	t.Helper()
	if !list.IsKnown() {
		return nil
	}
	if err := list.As(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// lists are the ids that a plan lists for revocation: those that are new in its list,
// or the state's own where that is not known; for a destruction, all that the state has.
func (s *stack) lists(t *testing.T, p *proposal) (ids []string) {
	t.Helper()
	before := s.holding(t, p.prior.state)
	switch p.action {
	case destroy, replace:
		return before.ids()
	case update:
	default:
		return nil
	}
	after := s.holding(t, p.after)
	if after.open {
		return rest(before.ids(), before.orphaned)
	}
	return rest(after.revokes, before.revokes)
}

// rest are the ids without others.
func rest(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}

func idOf(t *testing.T, value tftypes.Value) string {
	t.Helper()
	if value.IsNull() || !value.IsKnown() {
		return ""
	}
	var inner map[string]tftypes.Value
	if err := value.As(&inner); err != nil {
		t.Fatal(err)
	}
	return word(t, inner["id"])
}

// word is a text, empty for null and for what is not known.
func word(t *testing.T, value tftypes.Value) string {
	t.Helper()
	if value.IsNull() || !value.IsKnown() {
		return ""
	}
	var out string
	if err := value.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
