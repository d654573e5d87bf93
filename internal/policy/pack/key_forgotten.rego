# METADATA
# title: A key stays live, and no one declares it any more
# description: >-
#   A removed block with destroy = false takes the key out of the state and leaves it live on the platform,
#   and with it a previous key and orphaned keys, which no apply revokes any more.
# custom:
#   severity: medium
#   remedy: Let the key be destroyed, or import it where it now belongs.
package keyward.rules.key_forgotten

import data.keyward.plan

deny contains plan.finding(key, sprintf("the %s %s stays live, and the state forgets it", [kind, plan.named(live)])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	forgotten(key)
	some [kind, live] in keys_of(key.before)
}

forgotten(key) if key.action == "forget"

forgotten(key) if key.forgets

# Every key that the state has of a resource: the current one, the previous one, and the
# orphaned ones.
keys_of(before) := array.concat(
	[["key", before]],
	array.concat(
		[["previous key", before.previous] | is_object(object.get(before, "previous", null))],
		[["orphaned key", orphan] | is_array(object.get(before, "orphaned", null)); some orphan in before.orphaned],
	),
)
