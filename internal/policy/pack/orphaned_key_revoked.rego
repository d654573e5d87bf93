# METADATA
# title: An orphaned key is revoked
# description: >-
#   An interrupted apply of the resource left a key whose token no one has. The plan ends it.
# custom:
#   severity: low
#   remedy: Nothing needs to be done. keyward keys show tells what the key is.
package keyward.rules.orphaned_key_revoked

import data.keyward.plan

deny contains plan.finding(key, sprintf("the orphaned key %s is revoked", [id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	some id in plan.revokes(key)
	id != key.before.id
	not previous(key, id)
}

deny contains plan.finding(key, sprintf("the orphaned key %s is revoked with the resource", [id])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	plan.destroys(key)
	some id in plan.orphaned(key)
}

previous(key, id) if plan.previous(key) == id
