package due_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/due"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// now is the time at which the states in testdata are looked at.
var now = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

// keysOf returns the keys of a document in testdata.
func keysOf(t *testing.T, name string) []due.Key {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func parse(text []byte) ([]due.Key, error) {
	documents, err := tfstate.Parse("test", text)
	if err != nil {
		return nil, err
	}
	return due.Keys(documents)
}

// lines is a list as text, to compare.
func lines(items []due.Item) []string {
	var all []string
	for _, item := range items {
		at := "at once"
		if item.Due != nil {
			at = item.Due.UTC().Format("01-02T15:04:05")
		}
		all = append(all, fmt.Sprintf("%s %s %s %s: %s", at, item.Action, item.KeyID, item.Reason, item.Address))
	}
	return all
}

// The same state in each of its three forms has the same due.
func TestList(t *testing.T) {
	always := []string{
		"at once replace key_tainted tainted: keyward_billium_api_key.broken",
		"at once destroy key_deposed deposed: keyward_billium_api_key.broken",
		"at once revoke key_left_a orphaned: keyward_billium_api_key.plain",
		"at once revoke key_left_b orphaned: keyward_billium_api_key.plain",
		"at once rotate key_asked rotation_requested: keyward_corebill_api_key.asked",
		"at once revoke key_old_before revoke_due: keyward_corebill_api_key.old",
		"03-09T03:00:00 rotate key_aged rotate_due: keyward_billium_api_key.aged",
	}
	today := append(slices.Clone(always),
		"03-10T02:59:59 revoke key_aged_before revoke_due: keyward_billium_api_key.aged",
		`03-10T03:00:00 rotate key_ci rotate_due: module.team["a"].module.keys.keyward_corebill_api_key.ci[0]`)
	soon := append(slices.Clone(today),
		"03-11T03:00:00 revoke key_fresh_before revoke_due: keyward_billium_api_key.fresh",
		`03-11T12:00:00 rotate key_west rotate_due: keyward_corebill_api_key.shops["west"]`)
	late := append(slices.Clone(soon),
		`03-12T10:00:00 rotate key_east rotate_due: keyward_corebill_api_key.shops["ea st"]`)
	for _, test := range []struct {
		name   string
		window due.Window
		want   []string
	}{
		{"now", due.Window{Now: now}, today},
		{"a second earlier", due.Window{Now: now.Add(-time.Second)}, today[:len(today)-1]},
		{"within two days", due.Window{Now: now, Within: 48 * time.Hour}, soon},
		{"within three days", due.Window{Now: now, Within: 72 * time.Hour}, late},
		{"due for an hour", due.Window{Now: now, Grace: time.Hour}, always},
		{"due for a second", due.Window{Now: now, Grace: time.Second}, today[:len(today)-1]},
		{"due for ages", due.Window{Now: now, Grace: 25 * time.Hour}, always[:len(always)-1]},
	} {
		for _, file := range []string{"file.tfstate", "state.json", "plan.json"} {
			t.Run(test.name+" "+file, func(t *testing.T) {
				keys := keysOf(t, file)
				if len(keys) != 10 {
					t.Fatalf("%d keys", len(keys))
				}
				if got := lines(due.List(keys, test.window)); !slices.Equal(got, test.want) {
					t.Errorf("due is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
				}
			})
		}
	}
}

// A request is as due as an age that has come, and is told once.
func TestOneRotationPerKey(t *testing.T) {
	aged := now.Add(-time.Hour)
	keys := []due.Key{{Resource: tfstate.Resource{Attributes: tfstate.Attributes{ID: "a", RotateDue: &aged, RotationRequested: true}}}}
	if got := due.List(keys, due.Window{Now: now}); len(got) != 1 || got[0].Reason != due.RotationRequested {
		t.Errorf("due is %v", lines(got))
	}
}
