# METADATA
# title: A key is destroyed and nothing takes its place
# description: >-
#   Destroying a key revokes it at once: what uses it is refused. That is meant where its last consumer is gone,
#   and an outage where it isn't. A replacement that destroys first is such an outage, too.
# custom:
#   severity: high
#   remedy: "Make sure by keyward keys show that nothing uses the key. To replace one, change rotation.rotate_when_changed. deletion_protection = true refuses a destruction."
package keyward.rules.key_destroyed

import data.keyward.plan

deny contains plan.finding(key, sprintf("the key %s is revoked, and nothing takes its place", [plan.named(key.before)])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action == "delete"
	not key.deposed
	not succeeded(key)
}

deny contains plan.finding(key, sprintf("the key %s is revoked before its replacement exists", [plan.named(key.before)])) if {
	some key in input.keyward.objects
	key.type in plan.key_types
	key.action == "replace"
	not key.create_first
	not key.forgets
}

# Another key of the same name comes with the same plan.
succeeded(key) if {
	some other in input.keyward.objects
	other.type == key.type
	other.action == "create"
	other.after.name == key.before.name
}
