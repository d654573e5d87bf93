package due

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// shown is what `terraform show -json` prints of a state. Source: Terraform's
// JSON output format, "State representation".
type shown struct {
	FormatVersion string  `json:"format_version"`
	Values        *values `json:"values"`
}

type values struct {
	RootModule module `json:"root_module"`
}

type module struct {
	Resources []struct {
		Address    string          `json:"address"`
		Mode       string          `json:"mode"`
		Type       string          `json:"type"`
		Tainted    bool            `json:"tainted"`
		DeposedKey string          `json:"deposed_key"`
		Values     json.RawMessage `json:"values"`
	} `json:"resources"`
	ChildModules []module `json:"child_modules"`
}

// plan is what `terraform show -json` prints of a plan. Source: "Plan
// representation".
type plan struct {
	FormatVersion string `json:"format_version"`
	Errored       bool   `json:"errored"`
	PriorState    *shown `json:"prior_state"`
}

func parseShown(document json.RawMessage) ([]Key, error) {
	var state shown
	if err := json.Unmarshal(document, &state); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoState, err)
	}
	return state.keys()
}

func parsePlan(document json.RawMessage) ([]Key, error) {
	var p plan
	if err := json.Unmarshal(document, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoState, err)
	}
	if p.Errored {
		return nil, errors.New("the plan failed, and may lack keys: plan again")
	}
	if err := checkFormat(p.FormatVersion); err != nil {
		return nil, err
	}
	// A plan that makes everything anew starts from no state.
	if p.PriorState == nil {
		return nil, nil
	}
	return p.PriorState.keys()
}

func (s shown) keys() ([]Key, error) {
	if err := checkFormat(s.FormatVersion); err != nil {
		return nil, err
	}
	if s.Values == nil {
		return nil, nil
	}
	return keys(s.Values.RootModule.objects())
}

// checkFormat refuses what could mean something else than today.
func checkFormat(version string) error {
	if major, _, _ := strings.Cut(version, "."); major != "1" {
		return fmt.Errorf("%w: its format has version %q, and only 1 is known", ErrNoState, version)
	}
	return nil
}

// objects returns those of the module and of the modules in it.
func (m module) objects() []object {
	var found []object
	for _, resource := range m.Resources {
		found = append(found, object{
			mode: resource.Mode, kind: resource.Type, address: resource.Address, values: resource.Values,
			tainted: resource.Tainted, deposed: resource.DeposedKey != "",
		})
	}
	for _, child := range m.ChildModules {
		found = append(found, child.objects()...)
	}
	return found
}
