package due

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ErrNoState tells that a document is neither a state nor a plan.
var ErrNoState = errors.New("neither a Terraform state nor `terraform show -json` of a state or a plan")

// Parse returns the API keys of each document in the text, one after the other:
// a state file, or what `terraform show -json` prints of a state or a plan. Of a
// plan it takes the state that the plan started from, refreshed. Anything else is
// ErrNoState, an empty text too: what can't be read must not look like a state
// in which nothing is due.
func Parse(text []byte) ([]Key, error) {
	var found []Key
	documents := json.NewDecoder(bytes.NewReader(text))
	for n := 0; ; n++ {
		var document json.RawMessage
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) && n > 0 {
			return found, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: it is empty", ErrNoState)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: it is not JSON: %w", ErrNoState, err)
		}
		more, err := parse(document)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
}

// parse takes a document for what its members say that it is.
func parse(document json.RawMessage) ([]Key, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document, &members); err != nil {
		return nil, fmt.Errorf("%w: it is no JSON object", ErrNoState)
	}
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("encrypted_data"):
		return nil, fmt.Errorf("%w: it is encrypted; `tofu show -json` reads it", ErrNoState)
	case has("version") && has("lineage"):
		return parseFile(document)
	case !has("format_version"):
		return nil, ErrNoState
	case has("planned_values"):
		return parsePlan(document)
	case len(others(members, "format_version", "terraform_version", "values", "checks")) == 0:
		return parseShown(document)
	}
	return nil, fmt.Errorf("%w: it has %s", ErrNoState,
		strings.Join(others(members, "format_version", "terraform_version"), ", "))
}

// others returns the members beside the known ones, in order.
func others(members map[string]json.RawMessage, known ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(members)), func(name string) bool { return slices.Contains(known, name) })
}

// file is a state file. Source: Terraform's statefile version 4.
type file struct {
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

func parseFile(document json.RawMessage) ([]Key, error) {
	var state file
	if err := json.Unmarshal(document, &state); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoState, err)
	}
	if state.Version != 4 {
		return nil, fmt.Errorf("%w: it is of version %d, and only 4 is known", ErrNoState, state.Version)
	}
	var objects []object
	for _, resource := range state.Resources {
		address := resource.Type + "." + resource.Name
		if resource.Module != "" {
			address = resource.Module + "." + address
		}
		for _, instance := range resource.Instances {
			one := object{
				mode: resource.Mode, kind: resource.Type, address: address, values: instance.Attributes,
				tainted: instance.Status == "tainted", deposed: instance.Deposed != "",
			}
			// A key of for_each is a JSON string, one of count a number: both as in an address.
			if len(instance.IndexKey) > 0 && string(instance.IndexKey) != "null" {
				one.address += "[" + string(instance.IndexKey) + "]"
			}
			objects = append(objects, one)
		}
	}
	return keys(objects)
}
