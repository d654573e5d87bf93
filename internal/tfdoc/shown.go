package tfdoc

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
	Resources    []Resource `json:"resources"`
	ChildModules []module   `json:"child_modules"`
}

// plan is what `terraform show -json` prints of a plan. Source: "Plan
// representation".
type plan struct {
	FormatVersion   string   `json:"format_version"`
	Errored         bool     `json:"errored"`
	PriorState      *shown   `json:"prior_state"`
	PlannedValues   *values  `json:"planned_values"`
	ResourceChanges []Change `json:"resource_changes"`
	ResourceDrift   []Change `json:"resource_drift"`
}

func parseShown(document json.RawMessage) (Document, error) {
	var state shown
	if err := json.Unmarshal(document, &state); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	resources, err := state.resources()
	return Document{Kind: State, State: resources}, err
}

func parsePlan(document json.RawMessage) (Document, error) {
	var p plan
	if err := json.Unmarshal(document, &p); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if p.Errored {
		return Document{}, errors.New("the plan ended with an error and is not complete: mend it and plan again")
	}
	if err := checkFormat(p.FormatVersion); err != nil {
		return Document{}, err
	}
	d := Document{Kind: Plan, Planned: p.PlannedValues.resources(), Changes: p.ResourceChanges, Drift: p.ResourceDrift}
	// A plan that makes everything anew starts from no state.
	if p.PriorState == nil {
		return d, nil
	}
	var err error
	d.State, err = p.PriorState.resources()
	return d, err
}

func (s shown) resources() ([]Resource, error) {
	return s.Values.resources(), checkFormat(s.FormatVersion)
}

// checkFormat refuses what could mean something else than today.
func checkFormat(version string) error {
	if major, _, _ := strings.Cut(version, "."); major != "1" {
		return fmt.Errorf("%w: its format has version %q, and only 1 is known", ErrUnknown, version)
	}
	return nil
}

func (v *values) resources() []Resource {
	if v == nil {
		return nil
	}
	return v.RootModule.resources()
}

// resources returns those of the module and of the modules in it.
func (m module) resources() []Resource {
	found := m.Resources
	for _, child := range m.ChildModules {
		found = append(found, child.resources()...)
	}
	return found
}
