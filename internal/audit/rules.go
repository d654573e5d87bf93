package audit

import "slices"

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

var rules = slices.Concat(driftRules, useRules, rotationRules, keyRules, teamRules, webhookRules)

var driftRules = []Rule{
	{"undeclared", "Live but not declared", "No one reviewed it, and nothing rotates or removes it.", High, live(checkUndeclared)},
	{"gone", "Declared but gone", "Anything that relies on it fails, or has been switched to something else.", High, declared(checkGone)},
	{"different", "Declared otherwise than it is", "It was changed outside Terraform; the next apply changes it back.", Medium, declared(checkDifferent)},
}

var useRules = []Rule{
	{"broader-than-used", "May do more than it did", "What a key never does, only a thief would do with it.", Medium, live(checkBroader)},
	{"never-used", "Never used", "An unused key can still be stolen.", Low, live(checkNeverUsed)},
	{"unused", "Not used for long", "A key that is no longer used can still be stolen.", Medium, live(checkUnused)},
}

var rotationRules = []Rule{
	{"too-old", "Older than its maximum age", "The longer a token is in use, the more places it has been copied to.", Medium, live(checkTooOld)},
	{"rotation-overdue", "Rotation overdue", "Its declaration says that there should be a new key by now.", Medium, declared(checkRotationOverdue)},
	{"previous-overdue", "Previous key past its end", "A replaced key that should be revoked still works.", High, declared(checkPreviousOverdue)},
}

var keyRules = []Rule{
	{"orphaned", "Key of a creation that was never finished", "It is live, and no one can have its token.", Low, marked(checkOrphaned)},
	{"expired", "Ephemeral key past its time", "Its run is over, and its token still works.", Medium, marked(checkExpired)},
	{"duplicate-name", "Same name more than once", "The name doesn't tell which key is meant, or which can be revoked.", Low, checkDuplicateName},
	{"token-in-state", "Token in plain state", "Anyone who reads the state has the key.", Medium, declared(checkTokenInState)},
	{"admin-key", "Key with an administrator's power", "Anyone who has it can create more keys, or worse.", Medium, live(checkAdminKey)},
	{"organization-key", "Key of the whole organization", "It reaches every company, also those to come.", Medium, live(checkOrganizationKey)},
	{"public-key", "Public key with something odd", "Anyone can read a public key, so it must have its three public permissions and no others.", High, live(checkPublicKey)},
}

var teamRules = []Rule{
	{"too-many-admins", "Too many ADMINs", "Each of them can change keys, roles and the team.", Medium, live(checkTooManyAdmins)},
	{"stale-invitation", "Invitation open for long", "Anyone who can read the old e-mail can join the team.", Low, live(checkStaleInvitation)},
	{"foreign-member", "Member outside the allowed e-mail domains", "Your own offboarding doesn't remove this person's access when they leave.", High, live(checkForeignMember)},
	{"weak-team-security", "Security factors off", "A stolen password is enough to get into the dashboard.", Medium, live(checkTeamSecurity)},
}

var webhookRules = []Rule{
	{"webhook-disabled", "Webhook disabled", "Its receiver waits for events that don't come.", Low, live(checkWebhookDisabled)},
	{"webhook-failing", "Webhook failing", "Its endpoint doesn't take the events.", Medium, live(checkWebhookFailing)},
	{"webhook-plain-http", "Webhook without https", "The events are sent unencrypted, and can be read and changed on their way.", High, live(checkWebhookPlain)},
}
