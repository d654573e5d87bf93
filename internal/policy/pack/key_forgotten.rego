# METADATA
# title: A key stays live, and no one declares it any more
# description: >-
#   A removed block with destroy = false takes the key out of the state and leaves it live on the platform.
# custom:
#   severity: medium
#   remedy: Let the key be destroyed, or import it where it now belongs.
package keyward.rules.key_forgotten

import data.keyward.plan

deny contains plan.finding(key, sprintf("the key %q stays live, and the state forgets it", [key.before.name])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action == "forget"
}

deny contains plan.finding(key, sprintf("the key %q stays live, and the state forgets it", [key.before.name])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.forgets
}
