package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func checkTooManyAdmins(c *check) {
	for _, m := range c.Merchants {
		var admins []string
		for _, member := range c.Members {
			if member.Scope == m.ID && member.Role == billium.Administrator {
				admins = append(admins, member.Name)
			}
		}
		if len(admins) <= c.policy.MaxAdmins {
			continue
		}
		c.add(m.Object, Finding{
			Title:    fmt.Sprintf("The team of %s has %d ADMINs; the most allowed is %d.", m.Short(), len(admins), c.policy.MaxAdmins),
			Evidence: []string{"They are " + strings.Join(admins, ", ") + "."},
			Remedy: Remedy{
				Text:     "Give those who don't manage keys and the team a lower role.",
				Language: HCL, Code: `role = "MEMBER"`,
			},
		})
	}
}

func checkStaleInvitation(c *check) {
	for _, i := range c.Invitations {
		open := c.now.Sub(i.CreatedAt)
		expired := i.Expired || !i.ExpiresAt.After(c.now)
		if !expired && (c.policy.InvitationAfter == 0 || open < c.policy.InvitationAfter) {
			continue
		}
		title := fmt.Sprintf("The %s has been open for %s.", i.Short(), days(open))
		if expired {
			title = fmt.Sprintf("The %s expired %s and was never taken back.", i.Short(), date(i.ExpiresAt))
		}
		c.add(i.Object, Finding{
			Title: title,
			Evidence: []string{
				fmt.Sprintf("It was sent %s, offers the role %s and expires %s.", date(i.CreatedAt), i.Role, date(i.ExpiresAt)),
			},
			Remedy: c.remove(i.Object, "Ask whether the person still comes. If not, cancel the invitation"),
		})
	}
}

func checkForeignMember(c *check) {
	if len(c.policy.EmailDomains) == 0 {
		return
	}
	for _, m := range c.Members {
		if !c.allowed(m.Name) {
			c.foreign(m.Object, "is on the team", m.Role)
		}
	}
	for _, i := range c.Invitations {
		if !c.allowed(i.Name) {
			c.foreign(i.Object, "is invited to the team", i.Role)
		}
	}
}

func (c *check) foreign(o Object, how string, role billium.Role) {
	c.add(o, Finding{
		Title: fmt.Sprintf("%s %s, with an address outside of %s.", o.Name, how, strings.Join(c.policy.EmailDomains, ", ")),
		Evidence: []string{
			fmt.Sprintf("The role is %s.", role), "Allowed are " + strings.Join(c.policy.EmailDomains, ", ") + ", each without its subdomains.",
		},
		Remedy: c.remove(o, "Invite the person under an address of yours, and remove this one"),
	})
}

// remove says how an object goes: with its declaration or, where it has none, in
// the dashboard.
func (c *check) remove(o Object, text string) Remedy {
	d := c.index.declared[o.ID]
	if d == nil {
		return Remedy{Text: text + " in the dashboard: it is declared nowhere."}
	}
	return Remedy{
		Text:     text + ": take its declaration out and apply, or destroy it alone.",
		Language: Shell, Code: "terraform destroy -target=" + shellQuote(d.Address),
	}
}

func (c *check) allowed(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return slices.ContainsFunc(c.policy.EmailDomains, func(d string) bool { return strings.EqualFold(strings.TrimPrefix(d, "@"), domain) })
}

func checkTeamSecurity(c *check) {
	for _, m := range c.Merchants {
		if m.Factors == nil {
			continue
		}
		var off, code []string
		for _, factor := range c.policy.Factors {
			if !m.Factors[factor] {
				off = append(off, factor)
				code = append(code, "enforce_"+factor+" = true")
			}
		}
		if len(off) == 0 {
			continue
		}
		c.add(m.Object, Finding{
			Title:    fmt.Sprintf("The team of %s may sign in without %s.", m.Short(), strings.Join(off, " and ")),
			Evidence: []string{fmt.Sprintf("The team security does not enforce %s.", strings.Join(off, ", "))},
			Remedy: Remedy{
				Text:     "Enforce it in keyward_billium_merchant, with a key of the OWNER. Members who don't meet it are locked out of the dashboard until they do; requests with API keys are not affected.",
				Language: HCL, Code: strings.Join(code, "\n"),
			},
		})
	}
}
