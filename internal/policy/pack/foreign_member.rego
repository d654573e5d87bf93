# METADATA
# title: A team member's e-mail address is of another domain
# description: >-
#   Only the domains in the setting allowed_email_domains are expected in the team. The setting is empty by default:
#   any domain is fine.
# custom:
#   severity: high
#   remedy: Invite the address of the right domain, or add the domain to the setting allowed_email_domains.
#   needs:
#     keyward_billium_team_member: [email]
package keyward.rules.foreign_member

import data.keyward.plan

deny contains plan.finding(member, sprintf("%s is not of an allowed domain", [member.after.email])) if {
	count(plan.config.allowed_email_domains) > 0
	some member in plan.of_type("keyward_billium_team_member")
	parts := split(lower(member.after.email), "@")
	not parts[count(parts) - 1] in {lower(domain) | some domain in plan.config.allowed_email_domains}
}

decided contains member.address if {
	count(plan.config.allowed_email_domains) == 0
	some member in plan.of_type("keyward_billium_team_member")
}
