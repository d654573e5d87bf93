# METADATA
# title: A key is rotated too rarely
# description: >-
#   rotation.rotate_after is longer than the setting max_rotate_after (2160h, 90 days, by default).
# custom:
#   severity: medium
#   remedy: Shorten rotation.rotate_after, or raise the setting max_rotate_after.
#   needs:
#     keyward_corebill_api_key: [rotation.rotate_after]
#     keyward_billium_api_key: [rotation.rotate_after]
package keyward.rules.rare_rotation

import data.keyward.plan

deny contains plan.finding(key, message) if {
	some key in plan.secret_keys
	after := plan.rotation(key, "rotate_after")
	plan.duration(after) > plan.duration(plan.config.max_rotate_after)
	message := sprintf("the key is rotated after %s, and %s is the longest that is allowed", [after, plan.config.max_rotate_after])
}

decided contains key.address if {
	some key in plan.keys
	plan.public(key)
}
