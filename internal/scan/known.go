package scan

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Ask lists the keys and webhooks of the accounts that the findings may be of,
// the revoked keys of the last 90 days included. No token that was found is sent
// anywhere. troubles are the accounts, a sentence each, that could not be asked.
func Ask(ctx context.Context, accounts *inventory.Accounts, findings []Finding) (known []Known, troubles []string) {
	of := func(rules ...Rule) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(rules, f.Rule) })
	}
	wants := map[inventory.Platform]map[inventory.Kind]bool{
		inventory.Corebill: {inventory.KindKey: of(CorebillKey), inventory.KindWebhook: of(WebhookSecret)},
		inventory.Billium:  {inventory.KindKey: of(BilliumSecretKey, BilliumPublicKey), inventory.KindWebhook: of(WebhookSecret)},
	}
	failed := map[*inventory.Account]bool{}
	for page := range inventory.New(accounts).Read(ctx, inventory.ReadOptions{
		Wants:   func(platform inventory.Platform, kind inventory.Kind) bool { return wants[platform][kind] },
		Revoked: true, Sequential: true,
	}) {
		if page.Err != nil && !failed[page.Account] {
			failed[page.Account] = true
			troubles = append(troubles, fmt.Sprintf("the account %q could not be asked: listing the %s: %v", page.Account.Name, page.Part(), page.Err))
		}
		for _, item := range page.Objects {
			switch object := item.(type) {
			case inventory.Key:
				if k, ok := knownKey(object); ok {
					known = append(known, k)
				}
			case *inventory.Webhook:
				for _, secret := range object.Secrets {
					known = append(known, Known{
						Object: object.Platform.Title() + " webhook", ID: object.ID, Name: object.Name, Scope: object.Scope,
						Status: enabled(object.Enabled && secret.Active), Prefix: secret.Prefix, rules: []Rule{WebhookSecret},
					})
				}
			}
		}
	}
	return known, troubles
}

// knownKey is a key for the comparison with findings; ok is false where its platform or
// type is not one that is understood.
func knownKey(key inventory.Key) (known Known, ok bool) {
	rule := CorebillKey
	switch {
	case key.Platform == inventory.Corebill && key.Type == "":
	case key.Platform == inventory.Billium && key.Type == billium.Secret:
		rule = BilliumSecretKey
	case key.Platform == inventory.Billium && key.Type == billium.Public:
		rule = BilliumPublicKey
	default:
		return Known{}, false
	}
	return Known{
		Object: rule.Noun(), ID: key.ID, Name: key.Name, Scope: cmp.Or(key.Ref().Scope, "organization"), Status: Status(key.Status), Prefix: key.KeyPrefix,
		LastUsedAt: key.LastUsedAt, rules: []Rule{rule},
	}, true
}

func enabled(yes bool) Status {
	if yes {
		return Live
	}
	return Disabled
}

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
