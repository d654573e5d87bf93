# METADATA
# title: A replaced key lives on for too long
# description: >-
#   The old key works until overlap is over, longer than the setting max_overlap (168h, a week, by default), or
#   without any end: a quiet_period without a max_overlap lets an old key live for as long as it is used.
# custom:
#   severity: medium
#   remedy: Shorten rotation.overlap, and set rotation.max_overlap beside a quiet_period.
#   needs:
#     keyward_corebill_api_key: [rotation.overlap, rotation.quiet_period, rotation.max_overlap]
#     keyward_billium_api_key: [rotation.overlap, rotation.quiet_period, rotation.max_overlap]
package keyward.rules.long_overlap

import data.keyward.plan

deny contains plan.finding(key, message) if {
	some key in plan.keys
	some name in ["overlap", "max_overlap"]
	value := plan.rotation(key, name)
	plan.duration(value) > plan.duration(plan.config.max_overlap)
	message := sprintf("rotation.%s is %s, and %s is the longest that is allowed", [name, value, plan.config.max_overlap])
}

deny contains plan.finding(key, "with a quiet_period and no max_overlap, the old key lives for as long as it is used") if {
	some key in plan.keys
	plan.duration(plan.rotation(key, "quiet_period")) > 0
	plan.rotation(key, "max_overlap") == null
	not plan.unknown(key, "rotation.max_overlap")
}
