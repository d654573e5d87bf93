package scan

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// listedKey is what of `keyward keys list --output json` tells a key.
type listedKey struct {
	Platform   string     `json:"platform"`
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Scope      *string    `json:"scope"`
	KeyPrefix  string     `json:"key_prefix"`
	Status     Status     `json:"status"`
	Type       string     `json:"type"`
	LastUsedAt *time.Time `json:"last_used_at"`
}

// ReadKnown reads a list of keys that `keyward keys list --revoked --output json`
// wrote, for where there are no credentials. It knows no webhooks.
func ReadKnown(file string) ([]Known, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the list of keys: %w", err)
	}
	var keys []listedKey
	if err := json.Unmarshal(content, &keys); err != nil {
		return nil, fmt.Errorf("reading the list of keys: %s is not what `keyward keys list --revoked --output json` writes: %w", file, err)
	}
	known := make([]Known, 0, len(keys))
	for i, key := range keys {
		rule, ok := key.rule()
		if !ok || key.ID == "" || key.KeyPrefix == "" || !slices.Contains([]Status{Live, Disabled, Revoked}, key.Status) {
			return nil, fmt.Errorf("reading the list of keys: element %d of %s is not a key as `keyward keys list --output json` writes it", i+1, file)
		}
		scope := "organization"
		if key.Scope != nil {
			scope = *key.Scope
		}
		known = append(known, Known{
			Object: rule.Noun(), ID: key.ID, Name: key.Name, Scope: scope, Status: key.Status, Prefix: key.KeyPrefix,
			LastUsedAt: key.LastUsedAt, rules: []Rule{rule},
		})
	}
	return known, nil
}

func (k listedKey) rule() (Rule, bool) {
	switch k.Platform + " " + k.Type {
	case "corebill ":
		return CorebillKey, true
	case "billium SECRET":
		return BilliumSecretKey, true
	case "billium PUBLIC":
		return BilliumPublicKey, true
	default:
		return "", false
	}
}
