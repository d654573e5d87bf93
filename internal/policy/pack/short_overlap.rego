# METADATA
# title: A rotation locks out what still has the old key
# description: >-
#   During the overlap both keys work. Where it is shorter than the setting min_overlap (1h by default), consumers
#   that get the new key a little late are refused.
# custom:
#   severity: medium
#   remedy: "Give the key time to arrive: rotation = { overlap = \"24h\" }."
#   needs:
#     keyward_corebill_api_key: [rotation.overlap]
#     keyward_billium_api_key: [rotation.overlap]
package keyward.rules.short_overlap

import data.keyward.plan

deny contains plan.finding(key, message) if {
	some key in plan.keys
	overlap := plan.rotation(key, "overlap")
	plan.duration(overlap) < plan.duration(plan.config.min_overlap)
	message := sprintf("the old key is revoked %s after a rotation, and %s is the shortest overlap that is allowed", [overlap, plan.config.min_overlap])
}
