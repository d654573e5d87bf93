package seedtest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// object is a JSON object; its numbers are json.Number.
type object map[string]any

// expectFields expects the object to have these fields and no other.
func (o object) expectFields(t *testing.T, fields ...string) {
	t.Helper()
	got := slices.Sorted(maps.Keys(o))
	if want := slices.Sorted(slices.Values(fields)); !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

// expect expects a field to have a value: a string, bool or nil.
func (o object) expect(t *testing.T, field string, value any) {
	t.Helper()
	got, ok := o[field]
	if !ok {
		t.Errorf("field %s is absent, want %v", field, value)
	} else if got != value {
		t.Errorf("field %s is %v, want %v", field, got, value)
	}
}

func (o object) text(t *testing.T, field string) string {
	t.Helper()
	text, ok := o[field].(string)
	if !ok {
		t.Fatalf("field %s is %#v, want a string", field, o[field])
	}
	return text
}

func (o object) number(t *testing.T, field string) int {
	t.Helper()
	number, ok := o[field].(json.Number)
	if !ok {
		t.Fatalf("field %s is %#v, want a number", field, o[field])
	}
	n, err := number.Int64()
	if err != nil {
		t.Fatalf("field %s: %v", field, err)
	}
	return int(n)
}

// time returns a time, which must be RFC 3339 in UTC.
func (o object) time(t *testing.T, field string) time.Time {
	t.Helper()
	text := o.text(t, field)
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil || !strings.HasSuffix(text, "Z") {
		t.Fatalf("field %s is %q, want RFC 3339 in UTC (%v)", field, text, err)
	}
	return parsed
}

func (o object) texts(t *testing.T, field string) []string {
	t.Helper()
	items, ok := o[field].([]any)
	if !ok {
		t.Fatalf("field %s is %#v, want an array", field, o[field])
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if texts[i], ok = item.(string); !ok {
			t.Fatalf("field %s holds %#v, want strings", field, item)
		}
	}
	return texts
}

func (o object) object(t *testing.T, field string) object {
	t.Helper()
	inner, ok := o[field].(map[string]any)
	if !ok {
		t.Fatalf("field %s is %#v, want an object", field, o[field])
	}
	return inner
}

func (o object) objects(t *testing.T, field string) []object {
	t.Helper()
	items, ok := o[field].([]any)
	if !ok {
		t.Fatalf("field %s is %#v, want an array", field, o[field])
	}
	return toObjects(t, items)
}

func toObjects(t *testing.T, items []any) []object {
	t.Helper()
	objects := make([]object, len(items))
	for i, item := range items {
		inner, ok := item.(map[string]any)
		if !ok {
			t.Fatalf("item %d is %#v, want an object", i, item)
		}
		objects[i] = inner
	}
	return objects
}

// ids returns the ids of objects, in their order.
func ids(t *testing.T, objects []object) []string {
	t.Helper()
	out := make([]string, len(objects))
	for i, o := range objects {
		out[i] = o.text(t, "id")
	}
	return out
}

// expectSet expects the texts that are wanted, in any order and without doubles.
func expectSet(t *testing.T, what string, got, want []string) {
	t.Helper()
	g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, w) {
		t.Errorf("%s: got %d %v, want %d %v", what, len(g), g, len(w), w)
	}
}
