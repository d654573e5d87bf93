package audit

import (
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// checkBroader looks for keys that may do more than they did. It says nothing of
// a key whose use is not known: not used, used too briefly, or used for what
// whose permission is not known.
func checkBroader(c *check) {
	for _, k := range c.Keys {
		use := k.Use
		if use == nil || use.Requests == 0 || !k.WholeUse || len(use.Unknown) > 0 || c.now.Sub(k.CreatedAt) < min(minObserved, c.policy.Within) {
			continue
		}
		switch {
		case k.Platform == Corebill && !use.Level.Includes(k.Level):
			c.add(k.Object, Finding{
				Title:    fmt.Sprintf("%s has the level %s, and %s would have sufficed in the last %s.", upper(k.Short()), k.Level, use.Level, days(c.policy.Within)),
				Evidence: append(did(k), fmt.Sprintf("The most that it did takes the level %s.", use.Level)),
				Remedy:   narrowLevel(use.Level),
			})
		case k.Platform == Billium && k.Type != billium.Public:
			c.broaderPermissions(k)
		}
	}
}

func (c *check) broaderPermissions(k *Key) {
	never := billium.Missing(k.Use.Permissions, k.Permissions)
	if len(never) == 0 {
		return
	}
	c.add(k.Object, Finding{
		Title: fmt.Sprintf("%s has %s, and %s would have sufficed in the last %s.", upper(k.Short()),
			output.Count(len(k.Permissions), "permission"), sufficed(k.Use.Permissions), days(c.policy.Within)),
		Evidence: append(did(k), "It needed "+listed(k.Use.Permissions)+".", "It never needed "+listed(never)+"."),
		Remedy:   narrowPermissions(k),
	})
}

func sufficed(ps []billium.Permission) string {
	if len(ps) == 0 {
		return "any one"
	}
	return fmt.Sprint(len(ps))
}

func narrowLevel(level corebill.Level) Remedy {
	return Remedy{
		Text:     "Declare the lower level: the next apply issues a new key, and the old one goes once its overlap is over.",
		Language: HCL, Code: hclText("permission_level", string(level)),
	}
}

func narrowPermissions(k *Key) Remedy {
	if len(k.Use.Permissions) == 0 {
		return Remedy{Text: "All that it asked for needs no permission: declare the one that its purpose needs, or revoke it.",
			Language: Shell, Code: revokeCommand(k.ID)}
	}
	remedy := Remedy{
		Text:     "Declare these permissions: they are changed in place, and the token stays.",
		Language: HCL, Code: hclTexts("permissions", billium.Names(k.Use.Permissions)),
	}
	if k.PermissionSetID != "" {
		remedy.Text = "Declare these permissions instead of the permission set " + k.PermissionSetID + ", or narrow the set if the other holders allow it."
	}
	return remedy
}

// did says what a key did.
func did(k *Key) []string {
	use := k.Use
	busiest := use.Busiest(5)
	operations := make([]string, len(busiest))
	for i, o := range busiest {
		operations[i] = fmt.Sprintf("%s (%d)", o.What, o.Times)
	}
	evidence := []string{fmt.Sprintf("It made %s between %s and %s: %s.", output.Count(use.Requests, "request"),
		date(use.First), date(use.Last), strings.Join(operations, ", "))}
	if k.Organization() && len(use.Scopes) == 1 {
		evidence = append(evidence, "It worked for the company "+use.Scopes[0]+" alone: a key of that company would have sufficed.")
	}
	return evidence
}

func checkNeverUsed(c *check) {
	for _, k := range c.Keys {
		age := c.now.Sub(k.CreatedAt)
		if c.policy.NeverUsedAfter == 0 || k.LastUsedAt != nil || age < c.policy.NeverUsedAfter {
			continue
		}
		c.add(k.Object, Finding{
			Title:    fmt.Sprintf("%s has never been used in its %s.", upper(k.Short()), days(age)),
			Evidence: []string{made(k)},
			Remedy:   revoke(k.ID, "If no one is about to use it, revoke it and remove its declaration."),
		})
	}
}

func checkUnused(c *check) {
	for _, k := range c.Keys {
		if c.policy.UnusedAfter == 0 || k.LastUsedAt == nil || c.now.Sub(*k.LastUsedAt) < c.policy.UnusedAfter {
			continue
		}
		c.add(k.Object, Finding{
			Title:    fmt.Sprintf("%s has not been used for %s.", upper(k.Short()), days(c.now.Sub(*k.LastUsedAt))),
			Evidence: []string{made(k), lastUse(k)},
			Remedy:   revoke(k.ID, "Disable it first if you are not sure; then revoke it and remove its declaration."),
		})
	}
}

func revoke(id, text string) Remedy {
	return Remedy{Text: text, Language: Shell, Code: revokeCommand(id)}
}

func revokeCommand(id string) string { return "keyward keys revoke " + shellQuote(id) }
