# METADATA
# title: A secret key has all permissions of its creator
# description: >-
#   A secret key without permissions and without a permission set inherits whatever its creator may do, now and later.
# custom:
#   severity: high
#   remedy: Declare permissions, or permission_set_id.
#   needs:
#     keyward_billium_api_key: [type]
package keyward.rules.inherited_permissions

import data.keyward.plan

deny contains plan.finding(key, "the key inherits all permissions of its creator: neither permissions nor permission_set_id is declared") if {
	some key in plan.of_type("keyward_billium_api_key")
	not plan.public(key)
	key.configured != null
	not plan.configured(key, "permissions")
	not plan.configured(key, "permission_set_id")
}
