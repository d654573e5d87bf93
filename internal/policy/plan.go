// Package policy holds a Terraform plan against rules in Rego: a built-in pack
// and the user's own.
package policy

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
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

// ParsePlan understands the output of `terraform show -json PLAN`. What is no
// plan, or not a whole one, is an error that says what it is and what to do: a
// plan that no one understood has passed no rule.
func ParsePlan(file string, content []byte) (*Plan, error) {
	documents, err := tfstate.Parse(file, content)
	if err != nil {
		return nil, masked(err)
	}
	doc := documents[0]
	switch {
	case doc.Kind == tfstate.State:
		return nil, fmt.Errorf("%s: it is a state, not a plan: save a plan with `terraform plan -out PLAN`, then `terraform show -json PLAN > plan.json`; keyward audit --state looks at states", file)
	case len(documents) > 1:
		return nil, fmt.Errorf("%s: there is something after the plan", file)
	}
	input, tokens, err := doc.Concealed()
	if err != nil {
		return nil, fmt.Errorf("%s: it is not a plan as JSON: %w", file, masked(err))
	}
	plan := &Plan{File: file, Complete: doc.Complete, Objects: []Object{}}
	for _, change := range doc.Changes {
		object, err := newObject(doc, change)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, change.Address, err)
		}
		if object.Changed() {
			plan.Changes++
		}
		plan.Objects = append(plan.Objects, object)
	}
	input["keyward"] = map[string]any{
		"version": json.Number("1"), "file": mask.Text(file), "complete": plan.Complete, "tokens": tokens, "objects": plan.Objects,
	}
	plan.input = input
	return plan, nil
}

func masked(err error) error { return errors.New(mask.Text(err.Error())) }
