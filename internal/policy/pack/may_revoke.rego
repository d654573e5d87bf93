# METADATA
# title: What a plan revokes is not known yet
# description: >-
#   A value that is known only after the apply, such as timestamp() in rotate_when_changed, decides whether the key is
#   rotated. Until then the plan may revoke the resource's current and previous key.
# custom:
#   severity: high
#   remedy: Make the value known to the plan, for example by applying what it comes from first.
#   needs:
#     keyward_corebill_api_key: [revokes]
#     keyward_billium_api_key: [revokes]
package keyward.rules.may_revoke

import data.keyward.plan

deny contains plan.finding(key, message) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action == "update"
	plan.unknown(key, "revokes")
	own := {key.before.id} | {id | id := plan.previous(key)}
	message := sprintf("the plan may revoke %s: revokes is known only after the apply", [concat(" and ", sort(own))])
}

# A creation revokes nothing; a destruction is other rules' matter.
decided contains key.address if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action in {"create", "replace"}
}
