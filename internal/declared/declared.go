// Package declared reads which API keys Terraform manages, from what
// `terraform show -json` writes of a state.
package declared

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Key is an API key that a state has. Its token is never read.
type Key struct {
	// File is where it was read, Address where the configuration declares it.
	File, Address string
	// Platform is corebill or billium.
	Platform string
	ID, Name string
	// Scope is the company or merchant; "" for a key of the whole organization.
	Scope string
	// Level is Corebill's; Type, Permissions and PermissionSetID are Billium's.
	Level, Type, PermissionSetID string
	Permissions                  []string
	// KeepsNamesakes tells that other keys may have its name: on_name_conflict is
	// "allow".
	KeepsNamesakes bool
	CreatedAt      time.Time
	// Overlap is as declared; the zero value for none.
	Overlap rotation.Overlap
	// Previous is the key that it replaced and that is still to be revoked; nil
	// for none.
	Previous *Previous
	// Leftovers are the ids of keys that nobody reads and that are still to be
	// revoked.
	Leftovers []string
}

// Previous is a key that a rotation replaced.
type Previous struct {
	ID, KeyPrefix string
	CreatedAt     time.Time
}

// Read reads the keys of the files. A path is a file, or a directory whose
// *.json files are all read, those in directories below included. A file that
// can't be understood is an error: a key that it declares would be taken for
// nobody's.
func Read(paths []string) ([]Key, error) {
	var keys []Key
	for _, path := range paths {
		files, err := filesAt(path)
		if err != nil {
			return nil, fmt.Errorf("reading --state %s: %w", path, err)
		}
		for _, file := range files {
			found, err := readFile(file)
			if err != nil {
				return nil, fmt.Errorf("reading --state %s: %w", file, err)
			}
			keys = append(keys, found...)
		}
	}
	return keys, nil
}

func filesAt(path string) ([]string, error) {
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
		err = errors.New("there is no file *.json in it: write one for each workspace with terraform show -json > NAME.json")
	}
	slices.Sort(files)
	return files, err
}

func readFile(file string) ([]Key, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var shape struct {
		FormatVersion string          `json:"format_version"`
		PlannedValues json.RawMessage `json:"planned_values"`
	}
	if json.Unmarshal(content, &shape) != nil || shape.FormatVersion == "" || shape.PlannedValues != nil {
		return nil, errors.New("it is not a state as terraform show -json writes it (a plan and the state file itself are not that)")
	}
	var state tfjson.State
	if err := state.UnmarshalJSON(content); err != nil {
		return nil, err
	}
	if state.Values == nil {
		return nil, nil // a state that has nothing
	}
	return readModule(file, state.Values.RootModule)
}

func readModule(file string, module *tfjson.StateModule) ([]Key, error) {
	if module == nil {
		return nil, nil
	}
	var keys []Key
	for _, resource := range module.Resources {
		platform, ours := types[resource.Type]
		if !ours || resource.Mode != tfjson.ManagedResourceMode {
			continue
		}
		key, err := decode(resource.AttributeValues)
		if err != nil {
			return nil, fmt.Errorf("%s: its values are not in the form that the provider gives them: %w", resource.Address, err)
		}
		key.File, key.Address, key.Platform = file, resource.Address, platform
		keys = append(keys, key)
	}
	for _, child := range module.ChildModules {
		found, err := readModule(file, child)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	return keys, nil
}

var types = map[string]string{"keyward_corebill_api_key": "corebill", "keyward_billium_api_key": "billium"}
