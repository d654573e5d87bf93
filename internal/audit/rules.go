package audit

import (
	"cmp"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// Rule is one thing that an audit looks for.
type Rule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Why says what is wrong with what breaks it.
	Why string `json:"why"`
	// Severity that its findings usually have.
	Severity Severity `json:"severity"`

	check func(*check)
}

// Rules are all that an audit looks for, in the order of the documentation.
func Rules() []Rule { return slices.Clone(rules) }

// RuleByID returns a rule; the zero Rule for an unknown id.
func RuleByID(id string) Rule {
	if i := ruleRank(id); i >= 0 {
		return rules[i]
	}
	return Rule{}
}

func ruleRank(id string) int {
	return slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
}

var rules = []Rule{
	{"undeclared", "Live but not declared", "No one reviewed it, and nothing rotates or removes it.", High, live(checkUndeclared)},
	{"gone", "Declared but gone", "Anything that relies on it fails, or has been switched to something else.", High, declared(checkGone)},
	{"different", "Declared otherwise than it is", "It was changed outside Terraform; the next apply changes it back.", Medium, declared(checkDifferent)},

	{"broader-than-used", "May do more than it did", "What a key never does, only a thief would do with it.", Medium, live(checkBroader)},
	{"never-used", "Never used", "An unused key can still be stolen.", Low, live(checkNeverUsed)},
	{"unused", "Not used for long", "A key that is no longer used can still be stolen.", Medium, live(checkUnused)},

	{"too-old", "Older than its maximum age", "The longer a token is in use, the more places it has been copied to.", Medium, live(checkTooOld)},
	{"rotation-overdue", "Rotation overdue", "Its declaration says that there should be a new key by now.", Medium, declared(checkRotationOverdue)},
	{"previous-overdue", "Previous key past its end", "A replaced key that should be revoked still works.", High, declared(checkPreviousOverdue)},

	{"orphaned", "Key of a creation that was never finished", "It is live, and no one can have its token.", Low, marked(checkOrphaned)},
	{"expired", "Ephemeral key past its time", "Its run is over, and its token still works.", Medium, marked(checkExpired)},
	{"duplicate-name", "Same name more than once", "The name doesn't tell which key is meant, or which can be revoked.", Low, checkDuplicateName},
	{"token-in-state", "Token in plain state", "Anyone who reads the state has the key.", Medium, declared(checkTokenInState)},
	{"admin-key", "Key with an administrator's power", "Anyone who has it can create more keys, or worse.", Medium, live(checkAdminKey)},
	{"organization-key", "Key of the whole organization", "It reaches every company, also those to come.", Medium, live(checkOrganizationKey)},
	{"public-key", "Public key with something odd", "Anyone can read a public key, so it must have its three public permissions and no others.", High, live(checkPublicKey)},

	{"too-many-admins", "Too many ADMINs", "Each of them can change keys, roles and the team.", Medium, live(checkTooManyAdmins)},
	{"stale-invitation", "Invitation open for long", "Anyone who can read the old e-mail can join the team.", Low, live(checkStaleInvitation)},
	{"foreign-member", "Member outside the allowed e-mail domains", "Your own offboarding doesn't remove this person's access when they leave.", High, live(checkForeignMember)},
	{"weak-team-security", "Security factors off", "A stolen password is enough to get into the dashboard.", Medium, live(checkTeamSecurity)},

	{"webhook-disabled", "Webhook disabled", "Its receiver waits for events that don't come.", Low, live(checkWebhookDisabled)},
	{"webhook-failing", "Webhook failing", "Its endpoint doesn't take the events.", Medium, live(checkWebhookFailing)},
	{"webhook-plain-http", "Webhook without https", "The events are sent unencrypted, and can be read and changed on their way.", High, live(checkWebhookPlain)},
}

// check is one rule at work.
type check struct {
	*Inventory

	rule   Rule
	policy Policy
	now    time.Time
	index  *index
	// marked are the keys that their names mark, and those that a declaration has in
	// orphaned. Only the rules for those look at them.
	marked []*Key
	found  []Finding
}

// add notes a finding of an object; nil is none. What is empty in it comes from the rule
// and the object.
func (c *check) add(item inventory.Item, f *Finding) {
	if f == nil {
		return
	}
	f.Rule = c.rule.ID
	if f.Object.ID == "" {
		f.Object = item.Ref()
	}
	f.ID = c.rule.ID + "/" + f.Object.ID
	f.Severity = cmp.Or(f.Severity, c.rule.Severity)
	if d := c.index.declared[f.Object.ID]; d != nil && f.File == "" {
		f.File, f.Address = d.File, d.Address
	}
	c.found = append(c.found, *f)
}

// live checks each live object of a type.
func live[T inventory.Item](judge func(*check, T) *Finding) func(*check) {
	return func(c *check) {
		for object := range Live[T](c.Inventory) {
			c.add(object, judge(c, object))
		}
	}
}

// declared checks each declaration.
func declared(judge func(*check, *Declared) *Finding) func(*check) {
	return func(c *check) {
		for _, d := range c.Declared {
			c.add(d, judge(c, d))
		}
	}
}

// marked checks each key that its name marks, or that a declaration has in orphaned.
func marked(judge func(*check, *Key) *Finding) func(*check) {
	return func(c *check) {
		for _, k := range c.marked {
			c.add(k, judge(c, k))
		}
	}
}

// Find holds every rule against the inventory. The findings come with the
// highest severity first.
func Find(in *Inventory, policy Policy, now time.Time) []Finding {
	index := newIndex(in)
	unmarked, marked := in.byMark(index)
	found := []Finding{}
	for _, rule := range rules {
		c := &check{Inventory: unmarked, rule: rule, policy: policy, now: now, index: index, marked: marked}
		rule.check(c)
		found = append(found, c.found...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(ruleRank(a.Rule), ruleRank(b.Rule)),
			compareObjects(a.Object, b.Object), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// byMark returns the inventory without the keys that their names mark or that a
// declaration has in orphaned, and these.
func (in *Inventory) byMark(index *index) (unmarked *Inventory, marked []*Key) {
	rest := *in
	rest.Live = nil
	for _, object := range in.Live {
		if k, ok := object.(*Key); ok && (k.Mark != "" || index.orphaned[k.ID] != nil) {
			marked = append(marked, k)
		} else {
			rest.Live = append(rest.Live, object)
		}
	}
	return &rest, marked
}
