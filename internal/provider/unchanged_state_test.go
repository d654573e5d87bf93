package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A state of today's schema is handed back as it is, and means what the framework
// makes of it; every other one is the framework's.
func TestUnchangedStatesAreTheFrameworks(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		w, _ := newClockedWorld(t)
		s := newStack(t, w, strings.SplitN(c.address, ".", 2)[0])
		for _, row := range []struct {
			name, state string
			version     int64
			quick       bool
		}{
			{"whole", `{"id":"key_1","name":"a \"b\" \u00e9","enabled":true,"generation":1,"revokes":["key_2"],"rotation":{"overlap":"1h","rotate_when_changed":{"a":"b"}},"orphaned":null,"previous":{"id":"key_0"}}`, 0, true},
			{"a large number", `{"generation":9007199254740993}`, 0, true},
			{"nothing in it", `{}`, 0, true},
			{"null", `null`, 0, true},
			{"an attribute of another version", `{"id":"key_1","gone":1}`, 0, false},
			{"a nested one", `{"rotation":{"overlap":"1h","gone":1}}`, 0, false},
			{"a number as text", `{"generation":"1"}`, 0, false},
			{"text as a number", `{"name":1}`, 0, false},
			{"an object as a list", `{"rotation":[]}`, 0, false},
			{"a list as an object", `{"revokes":{}}`, 0, false},
			{"text as an object", `{"name":{}}`, 0, false},
			{"a wrong element", `{"revokes":[1]}`, 0, false},
			{"a wrong value", `{"rotation":{"rotate_when_changed":{"a":1}}}`, 0, false},
			{"an attribute twice", `{"name":"a","name":"b"}`, 0, false},
			{"a nested one twice, another version's first", `{"rotation":{"gone":1},"rotation":{"overlap":"1h"}}`, 0, false},
			{"a value twice", `{"rotation":{"rotate_when_changed":{"a":"b","a":"c"}}}`, 0, false},
			{"more than one value", `{} {}`, 0, false},
			{"a number that is none", `{"generation":1e999}`, 0, false},
			{"no object", `[]`, 0, false},
			{"cut off", `{"id":`, 0, false},
			{"another version", `{"id":"key_1"}`, 1, false},
		} {
			got, want := s.process(t).upgrade(t, row.version, row.state), s.framework(t).upgrade(t, row.version, row.state)
			if quick := got.UpgradedState != nil && len(got.UpgradedState.JSON) > 0; quick != row.quick {
				t.Errorf("%s: answered without the framework: %v", row.name, quick)
			}
			if failed(got.Diagnostics) != failed(want.Diagnostics) || !failed(want.Diagnostics) && !s.process(t).same(t, got.UpgradedState, want.UpgradedState) {
				t.Errorf("%s: became\n%+v\nand the framework's\n%+v", row.name, got, want)
			}
		}
	})
}

// upgrade upgrades a state as Terraform does before it uses one.
func (w walk) upgrade(t *testing.T, version int64, state string) *tfprotov6.UpgradeResourceStateResponse {
	t.Helper()
	resp, err := w.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: w.typeName, Version: version, RawState: &tfprotov6.RawState{JSON: []byte(state)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}
