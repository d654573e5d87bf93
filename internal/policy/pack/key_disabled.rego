# METADATA
# title: A key is disabled
# description: >-
#   enabled = false refuses the token of a key at once, until it is enabled again: what uses it fails. It is high where the
#   plan disables a key that works, and medium where it stays disabled or is created so.
# custom:
#   severity: medium
#   remedy: Make sure by keyward keys show that nothing uses the key. Destroy it if it is needed no more, or enable it.
#   needs:
#     keyward_corebill_api_key: [enabled]
#     keyward_billium_api_key: [enabled]
package keyward.rules.key_disabled

import data.keyward.plan

deny contains plan.finding(key, "enabled is false: the token is refused") if {
	some key in plan.keys
	key.after.enabled == false
	not disables(key)
}

deny contains object.union(plan.finding(key, message), {"severity": "high"}) if {
	some key in plan.keys
	disables(key)
	message := sprintf("the key %s is disabled by this plan: its token is refused at once", [plan.named(key.before)])
}

disables(key) if {
	key.after.enabled == false
	key.before.enabled == true
}
