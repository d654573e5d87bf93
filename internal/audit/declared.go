package audit

import (
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// Stdin names standard input where a path is expected.
const Stdin = tfdoc.Stdin

// ReadDeclared adds to the inventory what the files declare. A path is a state
// file, or one that `terraform show -json` wrote, a directory of such files (those
// named *.json, and *.tfstate for states, also in directories below), or Stdin;
// content returns what is in a file. It returns the files read. Of a plan it takes
// what will be declared once it is applied, and beside that what is until then. An object that several files declare
// is taken from the first of them, or from the last plan.
//
// A file that can't be understood is an error: what it declares would be taken
// for undeclared.
func ReadDeclared(in *Inventory, want tfdoc.Kind, paths []string, content func(name string) ([]byte, error)) ([]string, error) {
	endings := []string{".tfstate", ".json"}
	if want == tfdoc.Plan {
		endings = endings[1:]
	}
	var read []string
	for file, err := range tfdoc.Read(paths, content, endings...) {
		if err != nil {
			return nil, fmt.Errorf("reading --%s %w", want, err)
		}
		for _, document := range file.Documents {
			if err := declare(in, want, file.Name, document); err != nil {
				return nil, fmt.Errorf("--%s %s: %w", want, file.Name, err)
			}
		}
		read = append(read, file.Name)
	}
	in.DeclaredRead = in.DeclaredRead || len(read) > 0
	in.single(want)
	return read, nil
}

func declare(in *Inventory, want tfdoc.Kind, file string, document tfdoc.Document) error {
	if document.Kind != want {
		return fmt.Errorf("it is a %s: name it with --%s", document.Kind, document.Kind)
	}
	declared := map[string]bool{}
	// What a plan replaces or destroys is declared until it is applied.
	for _, resource := range slices.Concat(document.Planned, document.State) {
		if !resource.Managed() {
			continue
		}
		found, err := declaredFrom(resource)
		if err != nil {
			return err
		}
		// What has no id is yet to be created.
		if found != nil && found.ID != "" && !declared[found.ID] {
			found.File, found.Address = file, resource.Address
			in.Declared = append(in.Declared, found)
			declared[found.ID] = true
		}
	}
	return nil
}

// single leaves one declaration of each object, in the order of the first ones.
func (in *Inventory) single(kind tfdoc.Kind) {
	at := make(map[string]int, len(in.Declared))
	kept := in.Declared[:0]
	for _, d := range in.Declared {
		i, twice := at[d.ID]
		switch {
		case !twice:
			at[d.ID] = len(kept)
			kept = append(kept, d)
		case kind == tfdoc.Plan:
			kept[i] = d
		}
	}
	in.Declared = kept
}
