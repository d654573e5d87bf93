package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Document is which of Terraform's two documents a file is.
type Document string

// What `terraform show -json` writes.
const (
	State Document = "state"
	Plan  Document = "plan"
)

// Stdin names standard input where a path is expected.
const Stdin = "-"

// ReadDeclared adds to the inventory what the files declare. A path is a file
// that `terraform show -json` wrote, a directory of such files (those named
// *.json, also in directories below), or Stdin. It returns the files read. Of a
// plan it takes what will be declared once it is applied. An object that several
// files declare is taken from the first of them, or from the last plan.
//
// A file that can't be understood is an error: what it declares would be taken
// for undeclared.
func ReadDeclared(in *Inventory, document Document, paths []string, stdin io.Reader) ([]string, error) {
	var read []string
	for _, path := range paths {
		files, err := filesAt(path)
		if err != nil {
			return nil, fmt.Errorf("reading --%s %s: %w", document, path, err)
		}
		for _, file := range files {
			content, err := contentOf(file, stdin)
			if err != nil {
				return nil, fmt.Errorf("reading --%s: %w", document, err)
			}
			if err := declare(in, document, file, content); err != nil {
				return nil, fmt.Errorf("--%s %s: %w", document, file, err)
			}
			read = append(read, file)
		}
	}
	in.DeclaredRead = in.DeclaredRead || len(read) > 0
	in.single(document)
	return read, nil
}

func contentOf(file string, stdin io.Reader) ([]byte, error) {
	if file == Stdin {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file)
}

func filesAt(path string) ([]string, error) {
	if path == Stdin {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(name, ".json") {
			files = append(files, name)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New("there is no file *.json in it: write one per workspace with `terraform show -json > NAME.json`")
	}
	slices.Sort(files)
	return files, err
}

// shape is what tells the documents apart.
type shape struct {
	FormatVersion string          `json:"format_version"`
	PlannedValues json.RawMessage `json:"planned_values"`
	Lineage       string          `json:"lineage"`
	Errored       bool            `json:"errored"`
}

// documentOf tells which document the content is.
func documentOf(content []byte) (Document, error) {
	var s shape
	if err := json.Unmarshal(content, &s); err != nil {
		return "", fmt.Errorf("it is not JSON: write it with `terraform show -json`: %w", err)
	}
	switch {
	case s.Lineage != "":
		return "", errors.New("it is a state file itself, whose form is Terraform's own: write it with `terraform show -json`")
	case s.FormatVersion == "":
		return "", errors.New("it is not what `terraform show -json` writes: it has no format_version")
	case s.Errored:
		return "", errors.New("the plan ended with an error and is not complete: mend it and plan again")
	case s.PlannedValues != nil:
		return Plan, nil
	default:
		return State, nil
	}
}

func declare(in *Inventory, want Document, file string, content []byte) error {
	got, err := documentOf(content)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("it is a %s: name it with --%s", got, got)
	}
	values, err := valuesOf(got, content)
	if err != nil || values == nil {
		return err
	}
	return declareModule(in, file, values.RootModule)
}

func valuesOf(document Document, content []byte) (*tfjson.StateValues, error) {
	if document == State {
		var state tfjson.State
		err := json.Unmarshal(content, &state)
		return state.Values, err
	}
	var plan tfjson.Plan
	err := json.Unmarshal(content, &plan)
	return plan.PlannedValues, err
}

func declareModule(in *Inventory, file string, module *tfjson.StateModule) error {
	if module == nil {
		return nil
	}
	for _, resource := range module.Resources {
		if resource.Mode != tfjson.ManagedResourceMode {
			continue
		}
		declared, err := declaredFrom(resource)
		if err != nil {
			return fmt.Errorf("%s: %w", resource.Address, err)
		}
		// What has no id is yet to be created.
		if declared != nil && declared.ID != "" {
			declared.File, declared.Address = file, resource.Address
			in.Declared = append(in.Declared, declared)
		}
	}
	for _, child := range module.ChildModules {
		if err := declareModule(in, file, child); err != nil {
			return err
		}
	}
	return nil
}

// single leaves one declaration of each object, in the order of the first ones.
func (in *Inventory) single(document Document) {
	at := make(map[string]int, len(in.Declared))
	kept := in.Declared[:0]
	for _, d := range in.Declared {
		i, twice := at[d.ID]
		switch {
		case !twice:
			at[d.ID] = len(kept)
			kept = append(kept, d)
		case document == Plan:
			kept[i] = d
		}
	}
	in.Declared = kept
}
