package tfdoc

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

// ErrUnknown tells that a text is neither a state nor a plan.
var ErrUnknown = errors.New("neither a Terraform state nor `terraform show -json` of a state or a plan")

// Parse returns the documents in the text, one after the other. Anything else is
// ErrUnknown, an empty text too: what can't be read must not look like a state
// that has nothing.
func Parse(text []byte) ([]Document, error) {
	if bytes.HasPrefix(text, []byte("PK\x03\x04")) {
		return nil, fmt.Errorf("%w: it is a saved plan as Terraform keeps it, which `terraform show -json FILE` reads", ErrUnknown)
	}
	var found []Document
	documents := json.NewDecoder(bytes.NewReader(text))
	for n := 0; ; n++ {
		var document json.RawMessage
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) && n > 0 {
			return found, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: it is empty", ErrUnknown)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: it is not JSON: %w", ErrUnknown, err)
		}
		one, err := parse(document)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
}

// parse takes a document for what its members say that it is.
func parse(document json.RawMessage) (Document, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(document, &members); err != nil {
		return Document{}, fmt.Errorf("%w: it is no JSON object", ErrUnknown)
	}
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("encrypted_data"):
		return Document{}, fmt.Errorf("%w: it is encrypted; `tofu show -json` reads it", ErrUnknown)
	case has("version") && has("lineage"):
		return parseFile(document)
	case !has("format_version"):
		return Document{}, ErrUnknown
	case has("planned_values"):
		return parsePlan(document)
	case has("values") || len(others(members, "format_version", "terraform_version", "checks")) == 0:
		return parseShown(document)
	}
	return Document{}, fmt.Errorf("%w: it has %s", ErrUnknown,
		strings.Join(others(members, "format_version", "terraform_version"), ", "))
}

// others returns the members beside the known ones, in order.
func others(members map[string]json.RawMessage, known ...string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(members)), func(name string) bool { return slices.Contains(known, name) })
}
