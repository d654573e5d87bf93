package keyward.rules.keys_test

import data.keyward.rules.key_destroyed
import data.keyward.rules.key_disabled
import data.keyward.rules.key_forgotten
import data.keyward.rules.key_rotates
import data.keyward.rules.name_conflict_allowed
import data.keyward.testing

old := testing.destroy("keyward_corebill_api_key", {"name": "ci"})

test_a_destroyed_key_is_found if count(key_destroyed.deny) == 1 with input as testing.plan([old])

test_a_successor_makes_it_fine if {
	new := object.union(testing.create("keyward_corebill_api_key", {"name": "ci"}), {"address": "new"})
	count(key_destroyed.deny) == 0 with input as testing.plan([old, new])
}

test_another_name_is_no_successor if {
	new := object.union(testing.create("keyward_corebill_api_key", {"name": "cd"}), {"address": "new"})
	count(key_destroyed.deny) == 1 with input as testing.plan([old, new])
}

test_a_deposed_key_is_fine if {
	count(key_destroyed.deny) == 0 with input as testing.plan([object.union(old, {"deposed": true})])
}

replaced(first) := testing.plan([object.union(testing.changed("keyward_billium_api_key", "replace", {"name": "a"}, {"name": "a"}), {"create_first": first})])

test_destroying_first_is_found if count(key_destroyed.deny) == 1 with input as replaced(false)

test_creating_first_is_fine if count(key_destroyed.deny) == 0 with input as replaced(true)

test_a_forgotten_key_is_found if {
	count(key_forgotten.deny) == 1 with input as testing.plan([testing.changed("keyward_billium_api_key", "forget", {"name": "a"}, null)])
}

test_every_key_that_stays_live_is_found if {
	before := {
		"name": "a", "id": "key_now", "key_prefix": "sk_1", "previous": {"id": "key_old", "key_prefix": "sk_0"},
		"orphaned": [{"id": "key_left", "key_prefix": "sk_2"}],
	}
	{found.message | some found in key_forgotten.deny} == {
		`the key "a" (key_now, sk_1…) stays live, and the state forgets it`,
		"the previous key (key_old, sk_0…) stays live, and the state forgets it",
		"the orphaned key (key_left, sk_2…) stays live, and the state forgets it",
	} with input as testing.plan([testing.changed("keyward_billium_api_key", "forget", before, null)])
}

test_a_destroyed_key_is_named if {
	gone := testing.destroy("keyward_corebill_api_key", {"name": "ci", "id": "key_1", "key_prefix": "sk_live_ab"})
	{found.message | some found in key_destroyed.deny} == {`the key "ci" (key_1, sk_live_ab…) is revoked, and nothing takes its place`} with input as testing.plan([gone])
}

test_a_disabled_key if {
	type := "keyward_corebill_api_key"
	working := {"name": "ci", "id": "key_1", "key_prefix": "sk_live_ab", "enabled": true}
	disabled := object.union(working, {"enabled": false})
	{[found.message, found.severity] | some found in key_disabled.deny} == {[`the key "ci" (key_1, sk_live_ab…) is disabled by this plan: its token is refused at once`, "high"]} with input as testing.plan([testing.update(type, working, disabled)])
	{found.message | some found in key_disabled.deny} == {"enabled is false: the token is refused"} with input as testing.plan([testing.unchanged(type, disabled)])
	count(key_disabled.deny) == 1 with input as testing.plan([testing.create(type, disabled)])
	count(key_disabled.deny) == 0 with input as testing.plan([testing.update(type, disabled, working)])
}

test_a_rotation_is_told if {
	key := testing.update("keyward_billium_api_key", {"name": "a", "id": "1"}, {"name": "a"})
	count(key_rotates.deny) == 1 with input as testing.plan([object.union(key, {"unknown": ["id", "token"]})])
	count(key_rotates.deny) == 0 with input as testing.plan([key])
}

test_a_name_conflict_that_is_allowed if {
	count(name_conflict_allowed.deny) == 1 with input as testing.plan([testing.create("keyward_billium_api_key", {"on_conflict": "allow"})])
	count(name_conflict_allowed.deny) == 0 with input as testing.plan([testing.create("keyward_billium_api_key", {"on_conflict": null})])
}
