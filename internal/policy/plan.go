// Package policy holds a Terraform plan against rules in Rego: a built-in pack
// and the user's own.
package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// Object is what a plan does with one of Keyward's objects.
type Object struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Module  string `json:"module"` // "" for the root module
	// Action is create, update, replace, delete, forget or none.
	Action string `json:"action"`
	// CreateFirst tells of a replacement that the new object comes first.
	CreateFirst bool `json:"create_first"`
	// Forgets tells of a replacement that the old object isn't destroyed: it leaves
	// the state, and stays on the platform.
	Forgets bool `json:"forgets"`
	// Deposed tells that it is the old object of an earlier replacement that could
	// not be destroyed then.
	Deposed bool `json:"deposed"`
	// Before and After are its attributes; nil where it doesn't exist. What isn't
	// known before the apply is absent from After.
	Before map[string]any `json:"before"`
	After  map[string]any `json:"after"`
	// Unknown are the paths, such as rotation.rotate_after, of what isn't known.
	Unknown []string `json:"unknown"`
	// Configured are the attributes that its block sets; nil where it has none.
	Configured []string `json:"configured"`
	// References are the addresses, without indexes, of the resources that an
	// attribute's expression names.
	References map[string][]string `json:"references"`
}

// Changed reports whether the plan does anything with it.
func (o *Object) Changed() bool { return o.Action != "none" }

func newObject(plan tfstate.Document, c tfstate.Change) (Object, error) {
	change, err := c.Concealed()
	if err != nil {
		return Object{}, fmt.Errorf("its change can't be understood: %w", masked(err))
	}
	action, err := actionOf(c.Actions)
	if err != nil {
		return Object{}, err
	}
	o := Object{
		Address: c.Address, Type: c.Type, Name: c.Name, Module: c.Module, Deposed: c.Deposed != "",
		Action: action, CreateFirst: slices.Equal(c.Actions, []string{"create", "delete"}),
		Forgets: action == "replace" && slices.Contains(c.Actions, "forget"),
		Before:  change.Before, After: change.After, Unknown: []string{}, References: map[string][]string{},
	}
	if o.After == nil && action != "delete" && action != "forget" {
		return Object{}, fmt.Errorf("the plan says %s, but not what it will be", action)
	}
	// One of a later provider would pass every rule, and no one would have looked at it.
	if !slices.Contains(tfstate.Types, c.Type) {
		return Object{}, fmt.Errorf("no rule knows the resource type %s: update keyward", c.Type)
	}
	unknownPaths("", change.AfterUnknown, &o.Unknown)
	slices.Sort(o.Unknown)
	for _, path := range o.Unknown {
		// Older Terraforms write null for what isn't known.
		if top, _, nested := strings.Cut(path, "."); !nested && o.After[top] == nil {
			delete(o.After, top)
		}
	}
	if b, ok := plan.Block(c.Address); ok {
		o.Configured, o.References = b.Configured, b.References
	}
	return o, nil
}

// actionOf is one word for Terraform's list of them.
func actionOf(actions []string) (string, error) {
	switch strings.Join(actions, ",") {
	case "no-op", "read":
		return "none", nil
	case "create", "update", "delete", "forget":
		return actions[0], nil
	case "delete,create", "create,delete", "create,forget":
		return "replace", nil
	default:
		return "", fmt.Errorf("the plan does %q with it, which is not known here: update keyward", actions)
	}
}

// unknownPaths lists where after_unknown says true.
func unknownPaths(at string, value any, into *[]string) {
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	switch v := value.(type) {
	case bool:
		if v {
			*into = append(*into, at)
		}
	case map[string]any:
		for name, part := range v {
			unknownPaths(below(name), part, into)
		}
	case []any:
		for i, part := range v {
			unknownPaths(below(fmt.Sprint(i)), part, into)
		}
	}
}
