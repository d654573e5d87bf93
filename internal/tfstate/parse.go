package tfstate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// ErrUnknown tells that a text is neither a state nor a plan.
var ErrUnknown = errors.New("neither a Terraform state nor `terraform show -json` of a state or a plan")

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrUnknown, fmt.Errorf(format, args...))
}

// Parse returns the documents in the text of a file, one after the other: UTF-8, or
// what a byte order mark says, as Windows PowerShell's > writes it. Anything else is
// ErrUnknown, an empty text too: what can't be read must not look like a state that
// has nothing. The error names the file.
func Parse(file string, text []byte) ([]Document, error) {
	documents, err := parse(file, text)
	if err != nil {
		return nil, named(file, err)
	}
	return documents, nil
}

func parse(file string, text []byte) ([]Document, error) {
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), text)
	if err != nil {
		return nil, unknown("its encoding can't be read: %w", err)
	}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, unknown("it is empty: did terraform show fail?")
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return nil, unknown("it is a saved plan as Terraform keeps it: write it as JSON with `terraform show -json PLAN > plan.json`")
	}
	var found []Document
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var one Document
		switch err := decoder.Decode(&one.text); {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, unknown("it is not JSON: %w", err)
		}
		if err := one.parse(file); err != nil {
			return nil, err
		}
		if one.Kind == State {
			one.text = nil // it is of use for plans alone
		}
		found = append(found, one)
	}
}

// parse takes a document for what its members say that it is.
func (d *Document) parse(file string) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(d.text, &members); err != nil {
		return unknown("it is no JSON object")
	}
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("encrypted_data"):
		return unknown("it is encrypted; `tofu show -json` reads it")
	case has("@level"):
		return unknown("it is what `terraform plan -json` prints, which is no plan: save one with `terraform plan -out PLAN`, then `terraform show -json PLAN > plan.json`")
	case has("version") && has("lineage"):
		return d.parseFile(file)
	case !has("format_version"):
		return ErrUnknown
	case has("planned_values"):
		return d.parsePlan(file)
	case has("values") || len(others(members, "format_version", "terraform_version", "checks")) == 0:
		return d.parseShown(file)
	}
	return unknown("it has %s", mask.Text(strings.Join(others(members, "format_version", "terraform_version"), ", ")))
}

// others returns the members beside the known ones, in order.
func others(members map[string]json.RawMessage, known ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(members)), func(name string) bool { return slices.Contains(known, name) })
}

// stateFile is a state as Terraform keeps it. Source: Terraform's statefile version 4.
type stateFile struct {
	Version   int `json:"version"`
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Instances []struct {
			IndexKey   json.RawMessage `json:"index_key"`
			Status     string          `json:"status"`
			Deposed    string          `json:"deposed"`
			Attributes json.RawMessage `json:"attributes"`
		} `json:"instances"`
	} `json:"resources"`
}

func (d *Document) parseFile(file string) error {
	var state stateFile
	if err := json.Unmarshal(d.text, &state); err != nil {
		return unknown("%w", err)
	}
	if state.Version != 4 {
		return unknown("it is of version %d, and only 4 is known", state.Version)
	}
	var objects []object
	for _, resource := range state.Resources {
		address := resource.Type + "." + resource.Name
		if resource.Module != "" {
			address = resource.Module + "." + address
		}
		for _, instance := range resource.Instances {
			one := object{
				Mode: resource.Mode, Type: resource.Type, Address: address, Values: instance.Attributes,
				Tainted: instance.Status == "tainted", Deposed: instance.Deposed,
			}
			// A key of for_each is a JSON string, one of count a number: both as in an address.
			if len(instance.IndexKey) > 0 && string(instance.IndexKey) != "null" {
				one.Address += "[" + string(instance.IndexKey) + "]"
			}
			objects = append(objects, one)
		}
	}
	return d.setState(file, objects)
}

// setState takes the resources of a state.
func (d *Document) setState(file string, objects []object) (err error) {
	if d.Kind == "" {
		d.Kind = State
	}
	d.Empty = len(objects) == 0
	d.State, err = typed(file, objects)
	return err
}

// shown is what `terraform show -json` prints of a state. Source: Terraform's JSON
// output format, "State representation".
type shown struct {
	FormatVersion string `json:"format_version"`
	Values        values `json:"values"`
}

type values struct {
	RootModule module `json:"root_module"`
}

type module struct {
	Resources    []object `json:"resources"`
	ChildModules []module `json:"child_modules"`
}

// objects returns those of the module and of the modules in it.
func (m module) objects() []object {
	found := m.Resources
	for _, child := range m.ChildModules {
		found = append(found, child.objects()...)
	}
	return found
}

func (d *Document) parseShown(file string) error {
	var state shown
	if err := json.Unmarshal(d.text, &state); err != nil {
		return unknown("%w", err)
	}
	if err := checkFormat(state.FormatVersion); err != nil {
		return err
	}
	return d.setState(file, state.Values.RootModule.objects())
}

// plan is what `terraform show -json` prints of a plan. Source: "Plan representation".
type plan struct {
	FormatVersion   string        `json:"format_version"`
	Errored         bool          `json:"errored"`
	Complete        *bool         `json:"complete"`
	PriorState      *shown        `json:"prior_state"`
	PlannedValues   values        `json:"planned_values"`
	ResourceChanges []Change      `json:"resource_changes"`
	ResourceDrift   []Change      `json:"resource_drift"`
	Configuration   configuration `json:"configuration"`
}

func (d *Document) parsePlan(file string) error {
	var p plan
	if err := json.Unmarshal(d.text, &p); err != nil {
		return unknown("%w", err)
	}
	if p.Errored {
		return errors.New("the plan ended with an error and is not complete: fix that, and plan again")
	}
	if err := checkFormat(p.FormatVersion); err != nil {
		return err
	}
	d.Kind, d.blocks = Plan, p.Configuration.blocks()
	// Terraforms before 1.8 don't say.
	d.Complete = p.Complete == nil || *p.Complete
	prior := p.PriorState
	if prior == nil { // it makes everything anew
		prior = &shown{FormatVersion: p.FormatVersion}
	}
	if err := checkFormat(prior.FormatVersion); err != nil {
		return err
	}
	if err := d.setState(file, prior.Values.RootModule.objects()); err != nil {
		return err
	}
	var err error
	if d.Planned, err = typed(file, p.PlannedValues.RootModule.objects()); err != nil {
		return err
	}
	if d.Changes, err = ours(p.ResourceChanges); err != nil {
		return err
	}
	d.Drift, err = ours(p.ResourceDrift)
	return err
}

// checkFormat refuses what could mean something else than today.
func checkFormat(version string) error {
	if major, _, _ := strings.Cut(version, "."); major != "1" {
		return unknown("its format has version %q, and only 1 is known: update keyward, or Terraform if it is older than 1.0", mask.Text(version))
	}
	return nil
}
