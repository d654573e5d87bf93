package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// checkDuplicateName looks for live keys of one name in one place. A replaced
// key has its successor's name until it goes.
func checkDuplicateName(c *check) {
	type place struct{ account, scope, name string }
	same := map[place][]*Key{}
	for k := range Live[*Key](c.Inventory) {
		if c.index.previous[k.ID] == nil {
			at := place{k.Account, k.Ref().Scope, naming.NFC(k.Name)}
			same[at] = append(same[at], k)
		}
	}
	for _, keys := range same {
		if len(keys) < 2 {
			continue
		}
		slices.SortFunc(keys, func(a, b *Key) int { return a.CreatedAt.Compare(b.CreatedAt) })
		oldest, evidence := keys[0], []string{}
		for _, k := range keys {
			evidence = append(evidence, fmt.Sprintf("%s: %s", k.ID, c.standing(k)))
		}
		c.add(oldest, &Finding{
			Title:    fmt.Sprintf("%d live keys are named %q in %s.", len(keys), oldest.Name, scopeName(oldest.Ref())),
			Evidence: evidence,
			Remedy:   revoke(c.spare(keys).ID, "Keep the one that is declared and used; give the others names of their own, or revoke them."),
		})
	}
}

// standing says what tells keys of one name apart.
func (c *check) standing(k *Key) string {
	declared := "not declared"
	if d := c.index.declared[k.ID]; d != nil {
		declared = "declared at " + d.Where()
	}
	used := "never used"
	if k.LastUsedAt != nil {
		used = "last used " + date(*k.LastUsedAt)
	}
	return fmt.Sprintf("created %s, %s, %s", date(k.CreatedAt), used, declared)
}

// spare returns the key that most likely may go: not declared, and used least
// recently.
func (c *check) spare(keys []*Key) *Key {
	return slices.MinFunc(keys, func(a, b *Key) int {
		if da, db := c.index.declared[a.ID] != nil, c.index.declared[b.ID] != nil; da != db {
			if da {
				return 1
			}
			return -1
		}
		switch {
		case a.LastUsedAt == nil && b.LastUsedAt == nil:
			return a.CreatedAt.Compare(b.CreatedAt)
		case a.LastUsedAt == nil:
			return -1
		case b.LastUsedAt == nil:
			return 1
		default:
			return a.LastUsedAt.Compare(*b.LastUsedAt)
		}
	})
}

// checkTokenInState leaves out public keys: anyone may read their tokens.
func checkTokenInState(_ *check, d *Declared) *Finding {
	if d.Key == nil || !d.Key.HasToken || d.Fields["type"] == string(billium.Public) {
		return nil
	}
	return &Finding{
		File: d.File, Address: d.Address,
		Title:    fmt.Sprintf("The token of %s stands in the state as it is.", d.Short()),
		Evidence: []string{"The attribute token is set at " + d.Where() + "."},
		Remedy: hcl("Declare token_encryption with the recipients that need the token, which rotates the key; or use an ephemeral resource, which no state holds.",
			"token_encryption = {\n  age_recipients = [\"age1…\"]\n}"),
	}
}

// powers says what makes a key an administrator's, as the rest of "it …"; "" for
// one that is none.
func powers(k *Key) string {
	if k.Platform == inventory.Corebill {
		switch {
		case k.Level != corebill.Admin:
			return ""
		case k.Organization():
			return "can create and delete companies, and every key of the organization"
		default:
			return "can do everything in its company, its keys included"
		}
	}
	dangers := billium.Dangers(k.Permissions)
	why := make([]string, len(dangers))
	for i, d := range dangers {
		why[i] = d.Why
	}
	return strings.Join(why, ", and ")
}

func checkAdminKey(_ *check, k *Key) *Finding {
	what := powers(k)
	if what == "" {
		return nil
	}
	severity := Medium
	if k.Organization() {
		severity = High
	}
	remedy := hcl("If its purpose allows it, declare a lower level; if not, keep its token out of state and rotate it often.",
		`permission_level = "write"`)
	if k.Platform == inventory.Billium {
		remedy.Text = "If its purpose allows it, declare just the permissions that it needs; if not, keep its token out of state and rotate it often."
		remedy.Code = hclTexts("permissions", billium.Names(withoutDangers(k.Permissions)))
	}
	return &Finding{
		Severity: severity, Title: fmt.Sprintf("%s %s.", subject(k), what),
		Evidence: []string{granted(k), lastUse(k)}, Remedy: remedy,
	}
}

// withoutDangers leaves out what makes the permissions dangerous.
func withoutDangers(ps []billium.Permission) []billium.Permission {
	drop := map[billium.Permission]bool{}
	for _, danger := range billium.Dangers(ps) {
		drop[danger.Permissions[len(danger.Permissions)-1]] = true
	}
	return billium.Missing(slices.Collect(maps.Keys(drop)), ps)
}

// granted says what a key may do.
func granted(k *Key) string {
	switch {
	case k.Organization():
		return fmt.Sprintf("Its level is %s, in every company of the organization.", k.Level)
	case k.Platform == inventory.Corebill:
		return fmt.Sprintf("Its level is %s.", k.Level)
	default:
		return "Its permissions: " + listed(k.Permissions) + "."
	}
}

func checkOrganizationKey(c *check, k *Key) *Finding {
	if !k.Organization() {
		return nil
	}
	evidence := []string{made(k), granted(k), lastUse(k)}
	remedy := hcl("If it works for one company, declare it as a key of that company.",
		"company_id = \"com_…\"")
	if k.Use != nil && len(k.Use.Scopes) == 1 {
		evidence = append(evidence, fmt.Sprintf("In the last %s it worked for %s alone.", days(c.policy.Within), k.Use.Scopes[0]))
		remedy.Code = hclText("company_id", k.Use.Scopes[0])
	}
	return &Finding{
		Title: fmt.Sprintf("%s reaches every company of the organization.", subject(k)), Evidence: evidence, Remedy: remedy,
	}
}

// checkPublicKey looks for a public key that has other permissions than the
// three, or that is used to try more.
func checkPublicKey(c *check, k *Key) *Finding {
	if k.Platform != inventory.Billium || k.Type != billium.Public {
		return nil
	}
	severity, odd := Medium, []string{}
	if !billium.PublicCompatible(k.Permissions) {
		severity = High
		odd = append(odd, "It has "+listed(k.Permissions)+" instead of "+listed(billium.PublicPermissions())+".")
	}
	if !strings.HasPrefix(k.KeyPrefix, billium.Public.TokenPrefix()) {
		severity = High
		odd = append(odd, "Its token begins with "+k.KeyPrefix+", not with "+billium.Public.TokenPrefix()+".")
	}
	if k.Use != nil && k.Use.Forbidden > 0 {
		odd = append(odd, fmt.Sprintf("In the last %s, %s refused with 403, lately from %s.", days(c.policy.Within),
			output.Many(k.Use.Forbidden, "request of it was", "requests of it were"), strings.Join(k.Use.Origins, "; ")))
	}
	if len(odd) == 0 {
		return nil
	}
	return &Finding{
		Severity: severity, Title: fmt.Sprintf("There is something odd about the public %s.", k.Ref().Short()), Evidence: odd,
		Remedy: shell("See who uses it, and for what. If that is not a mistake of your own, rotate the key. Anyone can see a public key, so this can happen again.",
			"keyward logs --key "+shellQuote(k.ID)),
	}
}
