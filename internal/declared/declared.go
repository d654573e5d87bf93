// Package declared reads which API keys Terraform manages, from its states.
package declared

import (
	"errors"
	"fmt"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// Key is an API key that a state has. Its token is never read.
type Key struct {
	// File is where it was read, Address where the configuration declares it.
	File, Address string
	// Platform is corebill or billium.
	Platform string
	ID, Name string
	// TokenFingerprint tells its token from others; "" where the token was never known.
	TokenFingerprint string
	// Scope is the company or merchant; "" for a key of the whole organization.
	Scope string
	// Overlap is as declared; the zero value for none.
	Overlap rotation.Overlap
	// Previous is the key that it replaced and that is still to be revoked; nil
	// for none.
	Previous *Previous
	// Orphaned are the ids of keys that an interrupted apply of the resource left,
	// still to be revoked.
	Orphaned []string
}

// Previous is a key that a rotation replaced.
type Previous struct{ ID string }

// Read reads the keys of states. A path is a state file, or what
// `terraform show -json` wrote of a state, or a directory whose *.tfstate and
// *.json files are all read, as tfdoc.Read finds them, or tfdoc.Stdin;
// content returns what is in a file. A file that can't be understood is an error:
// a key that it has would be taken for one that no state has. empty are the files with
// a state that has no resource at all: what Terraform shows in a folder that it was
// never applied in, such as the wrong one.
func Read(paths []string, content func(name string) ([]byte, error)) (keys []Key, empty []string, err error) {
	return readAll(paths, content, false)
}

// ReadWithPlans is Read for anyone who looks keys up and concludes nothing from a key
// that is missing: of a plan it takes the state that the plan started from.
func ReadWithPlans(paths []string, content func(name string) ([]byte, error)) ([]Key, error) {
	keys, _, err := readAll(paths, content, true)
	return keys, err
}

func readAll(paths []string, content func(name string) ([]byte, error), plans bool) (keys []Key, empty []string, err error) {
	for file, err := range tfdoc.Read(paths, content, ".tfstate", ".json") {
		if err != nil {
			return nil, nil, fmt.Errorf("reading --state %w", err)
		}
		for _, document := range file.Documents {
			found, err := read(file.Name, document, plans)
			if err != nil {
				return nil, nil, fmt.Errorf("reading --state %s: %w", file.Name, err)
			}
			if len(document.State) == 0 {
				empty = append(empty, file.Name)
			}
			keys = append(keys, found...)
		}
	}
	return keys, empty, nil
}

func read(file string, document tfdoc.Document, plans bool) ([]Key, error) {
	if document.Kind == tfdoc.Plan && !plans {
		return nil, errors.New("it is a plan, which may never be applied: write the state with terraform show -json > state.json")
	}
	var keys []Key
	for _, resource := range document.State {
		platform, ours := types[resource.Type]
		if !ours || !resource.Managed() {
			continue
		}
		key, err := decode(resource)
		if err != nil {
			return nil, err
		}
		key.File, key.Address, key.Platform = file, resource.Address, platform
		keys = append(keys, key)
	}
	return keys, nil
}

// OfToken returns the key that a token is of by its fingerprint, nil where no state
// has that. Two keys with one fingerprint are an error: at least one state is wrong.
func OfToken(keys []Key, fingerprint string) (*Key, error) {
	var found *Key
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

var types = map[string]string{"keyward_corebill_api_key": "corebill", "keyward_billium_api_key": "billium"}
