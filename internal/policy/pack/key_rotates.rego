# METADATA
# title: A key gets a new token
# description: >-
#   For whoever reviews the plan: consumers of this key need the new token.
# custom:
#   severity: info
#   remedy: See to it that whoever uses the key gets its new token before the overlap ends.
package keyward.rules.key_rotates

import data.keyward.plan

deny contains plan.finding(key, sprintf("the key %q is rotated by this plan", [key.after.name])) if {
	some key in plan.keys
	key.action == "update"
	plan.unknown(key, "id")
}
