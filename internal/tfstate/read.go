package tfstate

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
)

// Stdin stands for standard input where a path is expected.
const Stdin = "-"

// File is what is in a file, or on Stdin.
type File struct {
	Name      string
	Documents []Document
}

// Read reads the files that the paths name, each of them once, with a function that
// returns a file's content. Of a folder it reads what find finds in it; state files are
// not looked for where plans are wanted, everything is where the kind is "". It ends
// with the first error, which names the file.
func Read(paths []string, content func(name string) ([]byte, error), want Kind) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		seen := map[string]bool{}
		for _, path := range paths {
			names, err := find(path, want)
			if err != nil {
				yield(File{}, err)
				return
			}
			for _, name := range names {
				// What can't be found, reading it says.
				if target, err := realPath(name); err == nil && name != Stdin {
					if seen[target] {
						continue
					}
					seen[target] = true
				}
				file, err := read(name, content)
				if !yield(file, err) || err != nil {
					return
				}
			}
		}
	}
}

func read(name string, content func(name string) ([]byte, error)) (File, error) {
	text, err := content(name)
	if err != nil {
		return File{}, named(name, err)
	}
	documents, err := Parse(name, text)
	return File{name, documents}, err
}

// named puts the name in front of the error, and leaves it out where an operation
// on the file says it again.
func named(name string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok && failed.Path == name {
		err = failed.Err
	}
	if name == Stdin {
		name = "(stdin)"
	}
	return fmt.Errorf("%s: %w", name, err)
}

// ReadKeys reads the API keys of the states that Read finds. A file that can't be
// understood is an error: a key that it has would be taken for one that no state has.
// So is a plan. empty are the files with a state that has no resource at all.
func ReadKeys(paths []string, content func(name string) ([]byte, error)) (keys []Resource, empty []string, err error) {
	return readKeys(paths, content, false)
}

// ReadKeysWithPlans is ReadKeys for anyone who looks keys up and concludes nothing from
// a key that is missing: of a plan it takes the state that the plan started from.
func ReadKeysWithPlans(paths []string, content func(name string) ([]byte, error)) ([]Resource, error) {
	keys, _, err := readKeys(paths, content, true)
	return keys, err
}

func readKeys(paths []string, content func(name string) ([]byte, error), plans bool) (keys []Resource, empty []string, err error) {
	for file, err := range Read(paths, content, "") {
		if err != nil {
			return nil, nil, fmt.Errorf("reading --state %w", err)
		}
		for _, document := range file.Documents {
			found, err := document.Keys()
			if document.Kind == Plan && !plans {
				err = errors.New("it is a plan, which may never be applied: write the state with terraform show -json > state.json")
			}
			if err != nil {
				return nil, nil, fmt.Errorf("reading --state %w", named(file.Name, err))
			}
			if document.Empty {
				empty = append(empty, file.Name)
			}
			keys = append(keys, found...)
		}
	}
	return keys, empty, nil
}

// OfToken returns the key that a token is of by its fingerprint, nil where no state
// has that. Two keys with one fingerprint are an error: at least one state is wrong.
func OfToken(keys []Resource, fingerprint string) (*Resource, error) {
	var found *Resource
	for i := range keys {
		switch {
		case fingerprint == "" || keys[i].TokenFingerprint != fingerprint:
		case found == nil:
			found = &keys[i]
		case found.ID != keys[i].ID:
			return nil, fmt.Errorf("%s in %s (%s) and %s in %s (%s) have one token_fingerprint: one of these states is wrong",
				found.Address, found.File, found.ID, keys[i].Address, keys[i].File, keys[i].ID)
		}
	}
	return found, nil
}
