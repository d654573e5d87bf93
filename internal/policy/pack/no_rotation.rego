# METADATA
# title: A key is not rotated by age
# description: >-
#   Without rotation.rotate_after a key is never replaced because of its age. A stolen copy of its token works just as long.
# custom:
#   severity: medium
#   remedy: "Add rotation = { rotate_after = \"2160h\" }, and apply on a schedule."
#   needs:
#     keyward_corebill_api_key: [rotation]
#     keyward_billium_api_key: [rotation]
package keyward.rules.no_rotation

import data.keyward.plan

deny contains plan.finding(key, "the key has no rotation.rotate_after: nothing rotates it by age") if {
	some key in plan.secret_keys
	not plan.unknown(key, "rotation")
	"rotation" in object.keys(key.after)
	plan.rotation(key, "rotate_after") == null
}

decided contains key.address if {
	some key in plan.keys
	plan.public(key)
}
