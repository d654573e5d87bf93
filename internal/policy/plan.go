// Package policy holds a Terraform plan against rules in Rego: a built-in pack
// and the user's own.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Plan is a plan that was understood, in the form that rules see it.
type Plan struct {
	// File is where it is from.
	File string
	// Objects are Keyward's objects in it.
	Objects []Object
	// Changes is how many of them the plan changes.
	Changes int
	// Complete is false where the plan leaves something out, as with -target.
	Complete bool

	input map[string]any
}

// document is what of `terraform show -json` is looked at here; rules see all.
type document struct {
	FormatVersion   string           `json:"format_version"`
	PlannedValues   json.RawMessage  `json:"planned_values"`
	Values          json.RawMessage  `json:"values"`
	Lineage         string           `json:"lineage"`
	Errored         bool             `json:"errored"`
	Complete        *bool            `json:"complete"`
	ResourceChanges []resourceChange `json:"resource_changes"`
	Configuration   configuration    `json:"configuration"`
}

// ParsePlan understands the output of `terraform show -json PLAN`. What is no
// plan, or not a whole one, is an error that says what it is and what to do: a
// plan that nobody understood has passed no rule.
func ParsePlan(file string, content []byte) (*Plan, error) {
	if err := recognize(content); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var doc document
	if err := decode(content, &doc); err != nil {
		return nil, fmt.Errorf("%s: it is not a plan as JSON: %w", file, masked(err))
	}
	if err := doc.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var input map[string]any
	if err := decode(content, &input); err != nil {
		return nil, fmt.Errorf("%s: it is not a plan as JSON: %w", file, masked(err))
	}
	plan := &Plan{File: file, Complete: doc.Complete == nil || *doc.Complete}
	hide(input)
	tokens := maskTokens(input)
	references := doc.Configuration.blocks()
	for _, change := range doc.ResourceChanges {
		if !change.ours() {
			continue
		}
		object, err := newObject(change, references)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, change.Address, err)
		}
		if object.Changed() {
			plan.Changes++
		}
		plan.Objects = append(plan.Objects, object)
	}
	input["keyward"] = map[string]any{
		"version": json.Number("1"), "file": mask.Text(file), "complete": plan.Complete, "tokens": tokens, "objects": objectsInput(plan.Objects),
	}
	plan.input = input
	return plan, nil
}

// recognize tells what a file is that can't be a plan as JSON.
func recognize(content []byte) error {
	trimmed := bytes.TrimSpace(content)
	switch {
	case len(trimmed) == 0:
		return errors.New("it is empty: did terraform show fail?")
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return errors.New("it is a saved plan as Terraform keeps it: write it as JSON with `terraform show -json PLAN > plan.json`")
	case bytes.HasPrefix(trimmed, []byte(`{"@level"`)):
		return errors.New("it is what `terraform plan -json` prints, which is no plan: save one with `terraform plan -out PLAN`, then `terraform show -json PLAN > plan.json`")
	case trimmed[0] != '{':
		return errors.New("it is not JSON: write it with `terraform show -json PLAN > plan.json`")
	}
	return nil
}

// check refuses what isn't a whole plan in a form that is known.
func (d *document) check() error {
	major, _, _ := strings.Cut(d.FormatVersion, ".")
	switch {
	case d.Lineage != "":
		return errors.New("it is a state file, not a plan: write one with `terraform plan -out PLAN`, then `terraform show -json PLAN > plan.json`")
	case d.FormatVersion == "":
		return errors.New("it is not what `terraform show -json` writes: it has no format_version")
	case d.PlannedValues == nil && d.Values != nil:
		return errors.New("it is a state, not a plan: name a saved plan in `terraform show -json PLAN > plan.json`; keyward audit --state looks at states")
	case d.PlannedValues == nil:
		return errors.New("it is not a plan: it has no planned_values")
	case major != "1":
		return fmt.Errorf("its format is version %s, and only 1.x is known here: update keyward, or Terraform if it is older than 1.0", mask.Text(d.FormatVersion))
	case d.Errored:
		return errors.New("the plan ended with an error and is not whole: mend that, and plan again")
	}
	return nil
}

// decode decodes JSON, keeping numbers as they are written.
func decode(content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("there is something after it")
	}
	return nil
}

func masked(err error) error { return errors.New(mask.Text(err.Error())) }
