# METADATA
# title: Permissions give more than they say
# description: >-
#   Some permissions, or combinations of them, let their holder take everything: delete the merchant, or raise a
#   role and issue keys with what it allows. Those of the provider's own warnings, and each one that the setting
#   dangerous_permissions names.
# custom:
#   severity: critical
#   remedy: List the permissions that are needed instead of a wildcard, and leave one of the dangerous ones out.
#   needs:
#     keyward_billium_api_key: [effective_permissions]
#     keyward_billium_permission_set: [effective_permissions]
package keyward.rules.dangerous_permissions

import data.keyward.plan

holders contains object if {
	some type in {"keyward_billium_api_key", "keyward_billium_permission_set", "keyward_billium_team_member"}
	some object in plan.of_type(type)
}

deny contains plan.finding(object, message) if {
	some object in holders
	has := plan.permissions(object)
	some danger in data.keyward.platform.billium.dangers
	every permission in danger.permissions { permission in has }
	message := sprintf("it grants %s: anyone who has that %s", [concat(" and ", danger.permissions), danger.why])
}

deny contains plan.finding(object, message) if {
	some object in holders
	some permission in plan.permissions(object)
	permission in plan.config.dangerous_permissions
	message := sprintf("it has %s, which is on the list of dangerous permissions", [permission])
}

decided contains object.address if {
	some object in holders
	plan.permissions(object)
}

# What a key inherits is inherited_permissions' affair.
decided contains key.address if {
	some key in plan.of_type("keyward_billium_api_key")
	not plan.configured(key, "permissions")
	not plan.configured(key, "permission_set_id")
	key.configured != null
}
