package rotation_test

import (
	"slices"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	same := rotation.Property{Name: "company_id", Old: "com_a", New: "com_a"}
	level := rotation.Property{Name: "permission_level", Old: "read", New: "write"}
	unknown := rotation.Property{Name: "company_id", Old: "com_a", Unknown: true}
	none := rotation.Triggers{}
	one := rotation.Triggers{Values: map[string]string{"v": "1", "w": "x"}}
	two := rotation.Triggers{Values: map[string]string{"v": "2", "w": "x"}}
	later := rotation.Triggers{Unknown: true}

	cases := []struct {
		name          string
		requested     bool
		properties    []rotation.Property
		before, after rotation.Triggers
		want          rotation.Decision
		reasons       []string
	}{
		{"nothing changes", false, []rotation.Property{same}, one, one, rotation.Keep, nil},
		{"no properties, no triggers", false, nil, none, none, rotation.Keep, nil},
		{"a property changes", false, []rotation.Property{same, level}, none, none, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`}},
		{"a trigger changes", false, []rotation.Property{same}, one, two, rotation.Rotate,
			[]string{"rotate_when_changed: v"}},
		{"a trigger is added", false, nil, one, rotation.Triggers{Values: map[string]string{"v": "1", "w": "x", "z": ""}}, rotation.Rotate,
			[]string{"rotate_when_changed: z"}},
		{"a trigger is removed", false, nil, one, rotation.Triggers{Values: map[string]string{"v": "1"}}, rotation.Rotate,
			[]string{"rotate_when_changed: w"}},
		{"triggers declared for the first time", false, nil, none, one, rotation.Keep, nil},
		{"triggers no longer declared", false, nil, one, none, rotation.Keep, nil},
		{"an empty map is a declaration", false, nil, rotation.Triggers{Values: map[string]string{}}, one, rotation.Rotate,
			[]string{"rotate_when_changed: v, w"}},
		{"a property is unknown", false, []rotation.Property{unknown}, one, one, rotation.Undecided, nil},
		{"triggers are unknown", false, nil, one, later, rotation.Undecided, nil},
		{"first triggers are unknown", false, nil, none, later, rotation.Keep, nil},
		{"certain beats unknown", false, []rotation.Property{unknown, level}, one, later, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`}},
		{"asked for", true, []rotation.Property{same}, one, one, rotation.Rotate, []string{"a rotation was asked for"}},
		{"asked for beats unknown", true, []rotation.Property{unknown}, one, later, rotation.Rotate,
			[]string{"a rotation was asked for"}},
		{"asked for, and everything else", true, []rotation.Property{level}, one, two, rotation.Rotate,
			[]string{"a rotation was asked for", `permission_level changes from "read" to "write"`, "rotate_when_changed: v"}},
		{"both kinds of reason", false, []rotation.Property{level}, one, two, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`, "rotate_when_changed: v"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, reasons := rotation.Decide(c.requested, c.properties, c.before, c.after)
			if got != c.want || !slices.Equal(reasons, c.reasons) {
				t.Errorf("Decide = %v, %q; want %v, %q", got, reasons, c.want, c.reasons)
			}
		})
	}
}
