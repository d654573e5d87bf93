# METADATA
# title: A team member is ADMIN or OWNER
# description: >-
#   An ADMIN has all permissions but two, makes keys, and invites whom they like. The setting allowed_admins lists the
#   e-mail addresses for which that is right.
# custom:
#   severity: high
#   remedy: Give the role MEMBER with the permissions that are needed, or add the address to the setting allowed_admins.
#   needs:
#     keyward_billium_team_member: [role, email]
package keyward.rules.admin_member

import data.keyward.plan

deny contains plan.finding(member, sprintf("%s has the role %s", [member.after.email, member.after.role])) if {
	some member in plan.of_type("keyward_billium_team_member")
	member.after.role in {"ADMIN", "OWNER"}
	not lower(member.after.email) in {lower(email) | some email in plan.config.allowed_admins}
}

decided contains member.address if {
	some member in plan.of_type("keyward_billium_team_member")
	member.after.role in {"MEMBER", "VIEWER"}
}
