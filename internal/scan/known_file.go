package scan

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// ReadKnown reads a list of keys that `keyward keys list --revoked --output json`
// wrote, for where there are no credentials. It knows no webhooks.
func ReadKnown(file string) ([]Known, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the list of keys: %w", err)
	}
	var keys []inventory.Key
	if err := json.Unmarshal(content, &keys); err != nil {
		return nil, fmt.Errorf("reading the list of keys: %s is not what `keyward keys list --revoked --output json` writes: %w", file, err)
	}
	known := make([]Known, 0, len(keys))
	for i, key := range keys {
		k, ok := knownKey(key)
		if !ok || k.ID == "" || k.Prefix == "" || !slices.Contains([]Status{Live, Disabled, Revoked}, k.Status) {
			return nil, fmt.Errorf("reading the list of keys: element %d of %s is not a key as `keyward keys list --output json` writes it", i+1, file)
		}
		known = append(known, k)
	}
	return known, nil
}
