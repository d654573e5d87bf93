# METADATA
# title: A key is revoked in the apply that replaces it
# description: >-
#   Without an overlap (rotation.overlap = "0s", or a replacement with create_before_destroy) the current key is revoked
#   as soon as the new one works. What still has the old token is refused.
# custom:
#   severity: high
#   remedy: "Give the new token time to arrive: rotation = { overlap = \"24h\" }. To replace a key, change rotation.rotate_when_changed instead of -replace."
package keyward.rules.key_revoked_at_once

import data.keyward.plan

deny contains plan.finding(key, sprintf("the current key %s is revoked by the same apply that creates its replacement", [key.before.id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.before.id in plan.revokes(key)
}

deny contains plan.finding(key, sprintf("the current key %s is revoked by the same apply that creates its replacement", [key.before.id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action == "replace"
	key.create_first
}
