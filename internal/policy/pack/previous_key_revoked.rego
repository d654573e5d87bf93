# METADATA
# title: A previous key is revoked
# description: >-
#   The plan ends a key that a rotation replaced. Where its overlap is over, that is what was declared. Where it is not,
#   or where the resource is destroyed, consumers may still have the old token.
# custom:
#   severity: info
#   remedy: See by keyward keys show whether the key is still used. Its consumers need the current token.
package keyward.rules.previous_key_revoked

import data.keyward.plan

deny contains plan.finding(key, sprintf("the previous key %s is revoked: its overlap is over", [id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	id := plan.previous(key)
	id in plan.revokes(key)
	plan.previous_due(key)
}

deny contains object.union(plan.finding(key, message), {"severity": "high"}) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	id := plan.previous(key)
	id in plan.revokes(key)
	not plan.previous_due(key)
	not plan.rotates(key) # superseded-key-revoked
	message := sprintf("the previous key %s is revoked before its overlap was to be over: this plan ends the overlap early", [id])
}

deny contains object.union(plan.finding(key, message), {"severity": "high"}) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	plan.destroys(key)
	id := plan.previous(key)
	message := sprintf("the previous key %s is revoked with the resource", [id])
}
