# METADATA
# title: A key gets a new token
# description: >-
#   For the review of the plan: consumers of this key need the new token.
# custom:
#   severity: info
#   remedy: Give every consumer of the key its new token before the overlap ends.
package keyward.rules.key_rotates

import data.keyward.plan

deny contains plan.finding(key, sprintf("the key %q is rotated by this plan", [key.after.name])) if {
	some key in plan.keys
	plan.rotates(key)
}
