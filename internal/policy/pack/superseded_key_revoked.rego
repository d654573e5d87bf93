# METADATA
# title: A rotation ends the overlap of the one before it
# description: >-
#   A key has one previous key at most. A rotation that comes before the overlap of the last one is over revokes that
#   previous key early. What still has its token is refused.
# custom:
#   severity: high
#   remedy: "Rotate again once revoke_due of the previous key has come, or see by keyward keys show that nothing uses the previous key."
package keyward.rules.superseded_key_revoked

import data.keyward.plan

deny contains plan.finding(key, sprintf("the previous key %s is revoked before its overlap is over, because the current one is rotated again", [id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	plan.rotates(key)
	id := plan.previous(key)
	id in plan.revokes(key)
	not plan.previous_due(key)
}
