# METADATA
# title: A Corebill key has the level admin
# description: >-
#   An admin key makes, changes and revokes keys and deletes what it reaches. Most integrations only need write.
# custom:
#   severity: high
#   remedy: Set permission_level to the lowest that works, read or write. Accept the keys that manage others as exceptions.
#   needs:
#     keyward_corebill_api_key: [permission_level]
package keyward.rules.admin_key

import data.keyward.plan

deny contains plan.finding(key, "the key may do everything: its level is admin") if {
	some key in plan.of_type("keyward_corebill_api_key")
	key.after.permission_level == "admin"
}
