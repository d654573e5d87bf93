# METADATA
# title: A key or a permission set has very many permissions
# description: >-
#   More permissions than the setting max_permissions (16 of Billium's 34, by default) are seldom all used.
# custom:
#   severity: medium
#   remedy: Declare the permissions that are used; keyward audit tells which these are.
#   needs:
#     keyward_billium_api_key: [effective_permissions]
#     keyward_billium_permission_set: [effective_permissions]
package keyward.rules.broad_permissions

import data.keyward.plan

holders contains object if {
	some type in {"keyward_billium_api_key", "keyward_billium_permission_set"}
	some object in plan.of_type(type)
}

deny contains plan.finding(object, message) if {
	some object in holders
	number := count(plan.permissions(object))
	number > plan.config.max_permissions
	message := sprintf("it has %d permissions, and %d are the most that are allowed", [number, plan.config.max_permissions])
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
