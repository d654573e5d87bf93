package scan

import (
	"context"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Ask lists the keys and webhooks of the accounts that the findings may be of,
// the revoked keys of the last 90 days included. No token that was found is sent
// anywhere. troubles are the accounts, a sentence each, that could not be asked.
func Ask(ctx context.Context, access *inventory.Accounts, findings []Finding) (known []Known, troubles []string) {
	a := &asking{seen: map[string]bool{}}
	of := func(rules ...Rule) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(rules, f.Rule) })
	}
	for _, one := range access.Corebill {
		a.corebill(ctx, one, of(CorebillKey), of(WebhookSecret))
	}
	for _, one := range access.Billium {
		a.billium(ctx, one, of(BilliumSecretKey, BilliumPublicKey), of(WebhookSecret))
	}
	return a.known, a.troubles
}

// asking gathers what several accounts know; an organization's key is in the
// list of each company.
type asking struct {
	known    []Known
	seen     map[string]bool
	troubles []string
}

func (a *asking) add(k Known) {
	if !a.seen[k.ID+k.Prefix] {
		a.seen[k.ID+k.Prefix] = true
		a.known = append(a.known, k)
	}
}

func (a *asking) trouble(account string, err error) {
	a.troubles = append(a.troubles, fmt.Sprintf("the account %q could not be asked: %v", account, err))
}

func (a *asking) corebill(ctx context.Context, one inventory.CorebillAccount, keys, webhooks bool) {
	if !keys && !webhooks {
		return
	}
	companies, err := one.Companies(ctx)
	if err != nil {
		a.trouble(one.Name, err)
		return
	}
	for _, company := range companies {
		if keys {
			if err := a.corebillKeys(ctx, one, company); err != nil {
				a.trouble(one.Name, fmt.Errorf("listing the keys of %s: %w", company.ID, err))
				return
			}
		}
		if !webhooks {
			continue
		}
		for hook, err := range one.Client.Webhooks(ctx, company.ID) {
			if err != nil {
				a.trouble(one.Name, fmt.Errorf("listing the webhooks of %s: %w", company.ID, err))
				return
			}
			a.add(Known{
				Object: "Corebill webhook", ID: hook.ID, Name: mask.URL(hook.URL), Scope: company.ID,
				Status: enabled(hook.Enabled), Prefix: hook.SecretPreview, rules: []Rule{WebhookSecret},
			})
		}
	}
}

func (a *asking) corebillKeys(ctx context.Context, one inventory.CorebillAccount, company corebillapi.Company) error {
	filter := corebill.KeyFilter{IncludeRevoked: true}
	for key, err := range one.Client.APIKeys(ctx, company.ID, filter) {
		if err != nil {
			return err
		}
		scope := "organization"
		if key.CompanyID != nil {
			scope = *key.CompanyID
		}
		status := enabled(!key.Disabled)
		if key.RevokedAt != nil {
			status = Revoked
		}
		a.add(Known{
			Object: CorebillKey.Noun(), ID: key.ID, Name: key.Name, Scope: scope,
			Status: status, Prefix: key.KeyPrefix, LastUsedAt: key.LastUsedAt, rules: []Rule{CorebillKey},
		})
	}
	return nil
}

func (a *asking) billium(ctx context.Context, one inventory.BilliumAccount, keys, webhooks bool) {
	if keys {
		for key, err := range one.Client.APIKeys(ctx, one.MerchantID, billium.KeyFilter{IncludeRevoked: true}) {
			if err != nil {
				a.trouble(one.Name, fmt.Errorf("listing its keys: %w", err))
				break
			}
			a.add(billiumKey(key))
		}
	}
	if !webhooks {
		return
	}
	hooks, err := one.Client.Webhooks(ctx, one.MerchantID)
	if err != nil {
		a.trouble(one.Name, fmt.Errorf("listing its webhooks: %w", err))
	}
	for _, hook := range hooks {
		for _, secret := range hook.WebhookSecrets {
			a.add(Known{
				Object: "Billium webhook", ID: hook.ID, Name: mask.URL(hook.URL), Scope: hook.MerchantID,
				Status: enabled(hook.IsActive && secret.IsActive), Prefix: secret.SecretKeyPreview, rules: []Rule{WebhookSecret},
			})
		}
	}
}

func billiumKey(key billiumapi.APIKey) Known {
	k := Known{
		Object: BilliumSecretKey.Noun(), ID: key.ID, Name: key.Name, Scope: key.MerchantID,
		Status: enabled(key.IsActive), Prefix: key.KeyPrefix, LastUsedAt: key.LastUsedAt, rules: []Rule{BilliumSecretKey},
	}
	if platform.KeyType(key.Type) == platform.Public {
		k.Object, k.rules = BilliumPublicKey.Noun(), []Rule{BilliumPublicKey}
	}
	if key.RevokedAt != nil {
		k.Status = Revoked
	}
	return k
}

func enabled(yes bool) Status {
	if yes {
		return Live
	}
	return Disabled
}
