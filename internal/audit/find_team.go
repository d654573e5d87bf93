package audit

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

func checkTooManyAdmins(c *check, m *inventory.Merchant) *Finding {
	var admins []string
	for member := range Live[*inventory.Member](c.Inventory) {
		if member.Scope == m.ID && member.Role == billium.Administrator {
			admins = append(admins, member.Name)
		}
	}
	if len(admins) <= c.policy.MaxAdmins {
		return nil
	}
	return &Finding{
		Title:    fmt.Sprintf("The team of %s has %d ADMINs; the most allowed is %d.", m.Short(), len(admins), c.policy.MaxAdmins),
		Evidence: []string{"They are " + strings.Join(admins, ", ") + "."},
		Remedy:   hcl("Give those who don't manage keys and the team a lower role.", `role = "MEMBER"`),
	}
}

func checkStaleInvitation(c *check, i *inventory.Invitation) *Finding {
	open := c.now.Sub(i.CreatedAt)
	expired := i.Expired || !i.ExpiresAt.After(c.now)
	if !expired && (c.policy.InvitationAfter == 0 || open < c.policy.InvitationAfter) {
		return nil
	}
	title := fmt.Sprintf("The %s has been open for %s.", i.Short(), days(open))
	if expired {
		title = fmt.Sprintf("The %s expired %s and was never taken back.", i.Short(), date(i.ExpiresAt))
	}
	return &Finding{
		Title: title,
		Evidence: []string{
			fmt.Sprintf("It was sent %s, offers the role %s and expires %s.", date(i.CreatedAt), i.Role, date(i.ExpiresAt)),
		},
		Remedy: c.remove(i.Object, "Ask whether the person still comes. If not, cancel the invitation"),
	}
}

// checkForeignMember looks for members, and people who are invited.
func checkForeignMember(c *check, item inventory.Item) *Finding {
	var how string
	var role billium.Role
	switch o := item.(type) {
	case *inventory.Member:
		how, role = "is on the team", o.Role
	case *inventory.Invitation:
		how, role = "is invited to the team", o.Role
	default:
		return nil
	}
	o, allowed := item.Ref(), strings.Join(c.policy.EmailDomains, ", ")
	if allowed == "" || c.allowed(o.Name) {
		return nil
	}
	return &Finding{
		Title:    fmt.Sprintf("%s %s, with an address outside of %s.", o.Name, how, allowed),
		Evidence: []string{fmt.Sprintf("The role is %s.", role), "Allowed are " + allowed + ", each without its subdomains."},
		Remedy:   c.remove(o, "Invite the person under an address of yours, and remove this one"),
	}
}

// remove says how an object goes: with its declaration or, where it has none, in
// the dashboard.
func (c *check) remove(o inventory.Object, text string) Remedy {
	d := c.index.declared[o.ID]
	if d == nil {
		return Remedy{Text: text + " in the dashboard: it is declared nowhere."}
	}
	return shell(text+": take its declaration out and apply, or destroy it alone.", target("destroy", d))
}

func (c *check) allowed(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return slices.ContainsFunc(c.policy.EmailDomains, func(d string) bool { return strings.EqualFold(strings.TrimPrefix(d, "@"), domain) })
}

func checkTeamSecurity(c *check, m *inventory.Merchant) *Finding {
	if m.Factors == nil {
		return nil
	}
	var off, code []string
	for _, factor := range c.policy.Factors {
		if !m.Factors[factor] {
			off = append(off, factor)
			code = append(code, "enforce_"+factor+" = true")
		}
	}
	if len(off) == 0 {
		return nil
	}
	return &Finding{
		Title:    fmt.Sprintf("The team of %s may sign in without %s.", m.Short(), strings.Join(off, " and ")),
		Evidence: []string{fmt.Sprintf("The team security does not enforce %s.", strings.Join(off, ", "))},
		Remedy: hcl("Enforce it in keyward_billium_merchant, with a key of the OWNER. Members who don't meet it are locked out of the dashboard until they do; requests with API keys are not affected.",
			strings.Join(code, "\n")),
	}
}

func checkWebhookDisabled(_ *check, w *inventory.Webhook) *Finding {
	if w.Enabled {
		return nil
	}
	field := "enabled"
	if w.Platform == inventory.Billium {
		field = "is_active"
	}
	return &Finding{
		Title:    fmt.Sprintf("%s is disabled.", subject(w)),
		Evidence: []string{fmt.Sprintf("The platform has %s = false.", field)},
		Remedy:   hcl("If it is needed, enable it; if not, remove it.", field+" = true"),
	}
}

func checkWebhookFailing(_ *check, w *inventory.Webhook) *Finding {
	if w.Ping == nil || w.Ping.Delivered {
		return nil
	}
	answer := "did not answer"
	if w.Ping.Status != 0 {
		answer = fmt.Sprintf("answered with %d", w.Ping.Status)
	}
	evidence := []string{"The audit had the platform send a ping: the endpoint " + answer + "."}
	if w.Ping.Error != "" {
		evidence = append(evidence, "The platform says: "+strings.TrimSuffix(w.Ping.Error, ".")+".")
	}
	return &Finding{
		Title: fmt.Sprintf("%s does not take events: it %s.", subject(w), answer), Evidence: evidence,
		Remedy: Remedy{Text: "Fix the endpoint, then audit again with --ping-webhooks; or remove the webhook if nothing listens any more."},
	}
}

func checkWebhookPlain(_ *check, w *inventory.Webhook) *Finding {
	u, err := url.Parse(w.URL)
	if err == nil && u.Scheme == "https" {
		return nil
	}
	remedy := Remedy{Text: "Serve the endpoint with https and declare that address."}
	if err == nil && u.Host != "" {
		u.Scheme = "https"
		remedy = hcl(remedy.Text, hclText("url", mask.URL(u.String())))
	}
	return &Finding{
		Title:    fmt.Sprintf("%s is sent its events without https.", subject(w)),
		Evidence: []string{"Its URL is " + mask.URL(w.URL) + "."}, Remedy: remedy,
	}
}
