package rotation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("ü", rotation.MaxNameLength-len(rotation.Marker))
	for _, c := range []struct{ name, is, want string }{
		{"a name", "shop", "shop (rotate)"},
		{"one that asks already", "shop (rotate)", "shop (rotate)"},
		{"the longest, in characters", longest, longest + rotation.Marker},
		{"longer", longest + "ü", ""},
		{"a full name that asks already", longest + rotation.Marker, longest + rotation.Marker},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := rotation.Request(c.is)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("Request = %q, %v; want %q", got, err, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), "rotate_when_changed") {
				t.Errorf("%q names no other way", err)
			}
		})
	}
}

func TestRequested(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, is, declared string
		want               bool
	}{
		{"as declared", "shop", "shop", false},
		{"marked", "shop (rotate)", "shop", true},
		{"another name", "store", "shop", false},
		{"another name, marked", "store (rotate)", "shop", false},
		{"marked twice", "shop (rotate) (rotate)", "shop", false},
		{"the mark is declared", "shop (rotate)", "shop (rotate)", false},
		{"in another case", "shop (Rotate)", "shop", false},
		{"without the space", "shop(rotate)", "shop", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := rotation.Requested(c.is, c.declared); got != c.want {
				t.Errorf("Requested = %v", got)
			}
		})
	}
}

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
		want          rotation.Choice
		reasons       []string
	}{
		{"nothing changes", false, []rotation.Property{same}, one, one, rotation.Keep, nil},
		{"no properties, no triggers", false, nil, none, none, rotation.Keep, nil},
		{"a property changes", false, []rotation.Property{same, level}, none, none, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`}},
		{"a trigger changes", false, []rotation.Property{same}, one, two, rotation.Rotate,
			[]string{"rotate_when_changed changes: v"}},
		{"a trigger is added", false, nil, one, rotation.Triggers{Values: map[string]string{"v": "1", "w": "x", "z": ""}}, rotation.Rotate,
			[]string{"rotate_when_changed changes: z"}},
		{"a trigger is removed", false, nil, one, rotation.Triggers{Values: map[string]string{"v": "1"}}, rotation.Rotate,
			[]string{"rotate_when_changed changes: w"}},
		{"triggers declared for the first time", false, nil, none, one, rotation.Keep, nil},
		{"triggers no longer declared", false, nil, one, none, rotation.Keep, nil},
		{"an empty map is a declaration", false, nil, rotation.Triggers{Values: map[string]string{}}, one, rotation.Rotate,
			[]string{"rotate_when_changed changes: v, w"}},
		{"a property is unknown", false, []rotation.Property{unknown}, one, one, rotation.Undecided, nil},
		{"triggers are unknown", false, nil, one, later, rotation.Undecided, nil},
		{"first triggers are unknown", false, nil, none, later, rotation.Keep, nil},
		{"certain beats unknown", false, []rotation.Property{unknown, level}, one, later, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`}},
		{"asked for", true, []rotation.Property{same}, one, one, rotation.Rotate, []string{"a rotation was requested"}},
		{"asked for beats unknown", true, []rotation.Property{unknown}, one, later, rotation.Rotate,
			[]string{"a rotation was requested"}},
		{"asked for, and everything else", true, []rotation.Property{level}, one, two, rotation.Rotate,
			[]string{"a rotation was requested", `permission_level changes from "read" to "write"`, "rotate_when_changed changes: v"}},
		{"both kinds of reason", false, []rotation.Property{level}, one, two, rotation.Rotate,
			[]string{`permission_level changes from "read" to "write"`, "rotate_when_changed changes: v"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, reasons := rotation.Decide(rotation.Key{Requested: c.requested}, rotation.Age{}, c.properties, c.before, c.after)
			if got != c.want || !slices.Equal(reasons, c.reasons) {
				t.Errorf("Decide = %v, %q; want %v, %q", got, reasons, c.want, c.reasons)
			}
		})
	}
}

func TestDecideByAge(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	week := rotation.Age{RotateAfter: 7 * day}
	cases := []struct {
		name     string
		key      rotation.Key
		age      rotation.Age
		observed time.Duration
		want     rotation.Choice
		reasons  []string
	}{
		{"no limit", rotation.Key{}, rotation.Age{}, 1000 * day, rotation.Keep, nil},
		{"young", rotation.Key{}, week, 7*day - 1, rotation.Keep, nil},
		{"to the instant", rotation.Key{}, week, 7 * day, rotation.Rotate, []string{"rotate_after was over at 2026-01-08T03:00:00Z"}},
		{"long overdue", rotation.Key{}, week, 70 * day, rotation.Rotate, []string{"rotate_after was over at 2026-01-08T03:00:00Z"}},
		{"while another one waits", rotation.Key{Waiting: true}, week, 70 * day, rotation.Keep, nil},
		{"asked for while another one waits", rotation.Key{Waiting: true, Requested: true}, week, 70 * day, rotation.Rotate, []string{"a rotation was requested"}},
		{"lost", rotation.Key{Lost: "it was revoked", Waiting: true}, week, 0, rotation.Rotate, []string{"it was revoked"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.key.CreatedAt, c.age.Observed = created, created.Add(c.observed)
			got, reasons := rotation.Decide(c.key, c.age, nil, rotation.Triggers{}, rotation.Triggers{})
			if got != c.want || !slices.Equal(reasons, c.reasons) {
				t.Errorf("Decide = %v, %q; want %v, %q", got, reasons, c.want, c.reasons)
			}
		})
	}
	if got, _ := rotation.Decide(rotation.Key{CreatedAt: created}, week, nil, rotation.Triggers{}, rotation.Triggers{}); got != rotation.Keep {
		t.Errorf("a key that was never observed: %v", got)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	at := func(d time.Duration) *time.Time { return new(since.Add(d)) }
	quiet := rotation.Overlap{For: day, Quiet: time.Hour, Max: 7 * day}
	for _, c := range []struct {
		name     string
		overlap  rotation.Overlap
		used     *time.Time
		observed time.Duration
		want     rotation.RevocationStatus
	}{
		{"no overlap", rotation.Overlap{}, at(0), 0, rotation.RevokeDue},
		{"before its end", rotation.Overlap{For: day}, nil, day - 1, rotation.Overlapping},
		{"at its end", rotation.Overlap{For: day}, at(day), day, rotation.RevokeDue},
		{"never used", quiet, nil, day, rotation.RevokeDue},
		{"used lately", quiet, at(day - time.Minute), day, rotation.InUse},
		{"used just long enough ago", quiet, at(day - time.Hour), day, rotation.RevokeDue},
		{"quiet, but before its end", quiet, nil, time.Hour, rotation.Overlapping},
		{"used until the last", quiet, at(7*day - 1), 7 * day, rotation.RevokeDue},
		{"used, and no last day", rotation.Overlap{For: day, Quiet: time.Hour}, at(70 * day), 70 * day, rotation.InUse},
		{"used after it was observed", quiet, at(2 * day), day, rotation.InUse},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := c.overlap.Status(rotation.Replaced{Since: since, LastUsedAt: c.used}, since.Add(c.observed))
			if got != c.want {
				t.Errorf("Status = %v, want %v", got, c.want)
			}
		})
	}
}
