package tfstate

import (
	"errors"
	"fmt"
)

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
