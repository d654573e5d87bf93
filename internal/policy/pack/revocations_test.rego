package keyward.rules.revocations_test

import data.keyward.rules.key_destroyed
import data.keyward.rules.key_revoked_at_once
import data.keyward.rules.may_revoke
import data.keyward.rules.orphaned_key_revoked
import data.keyward.rules.previous_key_revoked
import data.keyward.rules.superseded_key_revoked
import data.keyward.testing

type := "keyward_billium_api_key"

before := {
	"name": "ci", "id": "key_now", "revokes": ["key_older"], "previous": {"id": "key_old", "revoke_due": "2026-03-02T00:00:00Z"},
	"orphaned": [{"id": "key_left", "merchant_id": "mer_1", "key_prefix": "sk_1"}],
}

# A plan that changes the key and revokes these beside what an earlier plan revoked.
revoking(ids, unknown) := object.union(testing.plan([key]), {"timestamp": "2026-03-01T12:00:00Z"}) if {
	after := object.union(before, {"revokes": array.concat(["key_older"], ids)})
	key := object.union(testing.update(type, before, after), {"unknown": unknown})
}

later(plan) := object.union(plan, {"timestamp": "2026-03-02T00:00:00Z"})

acting(action, first) := testing.plan([object.union(testing.changed(type, action, before, after), {"create_first": first})]) if {
	after := {"delete": null, "replace": before, "forget": null, "none": before, "create": before}[action]
}

messages(findings) := {f.message | some f in findings}

nothing(plan) if {
	count(key_revoked_at_once.deny) == 0 with input as plan
	count(previous_key_revoked.deny) == 0 with input as plan
	count(superseded_key_revoked.deny) == 0 with input as plan
	count(orphaned_key_revoked.deny) == 0 with input as plan
	count(may_revoke.deny) == 0 with input as plan
}

test_what_an_earlier_plan_revoked_is_not_told_again if nothing(revoking([], []))

test_what_is_left_as_it_is_revokes_nothing if nothing(acting("none", false))

test_a_forgotten_key_revokes_nothing if nothing(acting("forget", false))

test_a_creation_revokes_nothing if {
	nothing(testing.plan([object.union(testing.create(type, {"name": "ci", "revokes": null}), {"unknown": ["id", "revokes"]})]))
}

test_the_current_key_without_an_overlap if {
	plan := revoking(["key_now"], ["id"])
	count(key_revoked_at_once.deny) == 1 with input as plan
	count(orphaned_key_revoked.deny) == 0 with input as plan
	count(previous_key_revoked.deny) == 0 with input as plan
}

test_a_replacement_that_creates_first if {
	count(key_revoked_at_once.deny) == 1 with input as acting("replace", true)
	count(key_revoked_at_once.deny) == 0 with input as acting("replace", false)
}

test_a_rotation_with_an_overlap_is_fine if nothing(revoking([], ["id"]))

test_a_previous_key_that_is_due if {
	found := previous_key_revoked.deny with input as later(revoking(["key_old"], []))
	messages(found) == {"the previous key key_old is revoked: its overlap is over"}
	count([f | some f in found; f.severity]) == 0
}

test_a_previous_key_without_a_time_is_due if {
	plan := testing.plan([testing.update(type, object.union(before, {"previous": {"id": "key_old", "revoke_due": null}}), object.union(before, {"revokes": ["key_old"]}))])
	messages(previous_key_revoked.deny) == {"the previous key key_old is revoked: its overlap is over"} with input as plan
}

test_a_previous_key_that_is_not_due if {
	found := previous_key_revoked.deny with input as revoking(["key_old"], [])
	{f.severity | some f in found} == {"high"}
	count(superseded_key_revoked.deny) == 0 with input as revoking(["key_old"], [])
}

test_a_previous_key_of_a_plan_without_a_time_is_not_due if {
	plan := object.remove(revoking(["key_old"], []), ["timestamp"])
	{f.severity | some f in previous_key_revoked.deny} == {"high"} with input as plan
}

test_a_superseded_key if {
	plan := revoking(["key_old"], ["id", "token"])
	count(superseded_key_revoked.deny) == 1 with input as plan
	count(previous_key_revoked.deny) == 0 with input as plan
}

test_a_rotation_after_the_overlap_supersedes_nothing if {
	plan := later(revoking(["key_old"], ["id"]))
	count(superseded_key_revoked.deny) == 0 with input as plan
	count(previous_key_revoked.deny) == 1 with input as plan
}

test_an_orphaned_key if {
	plan := revoking(["key_left"], [])
	messages(orphaned_key_revoked.deny) == {"the orphaned key key_left is revoked"} with input as plan
	count(previous_key_revoked.deny) == 0 with input as plan
	count(key_revoked_at_once.deny) == 0 with input as plan
}

test_a_destruction_takes_previous_and_orphaned_keys_along if {
	every action in ["delete", "replace"] {
		found := previous_key_revoked.deny with input as acting(action, false)
		messages(found) == {"the previous key key_old is revoked with the resource"}
		{f.severity | some f in found} == {"high"}
		messages(orphaned_key_revoked.deny) == {"the orphaned key key_left is revoked with the resource"} with input as acting(action, false)
	}
}

test_a_replacement_that_forgets_revokes_nothing if {
	forgets := {"forgets": true}
	plan := testing.plan([object.union(testing.changed(type, "replace", before, before), forgets)])
	nothing(plan)
	count(key_destroyed.deny) == 0 with input as plan
}

test_unknown_may_revoke if {
	every unknown in ["revokes", "revokes.1"] {
		plan := revoking([], ["id", unknown])
		messages(may_revoke.deny) == {"the plan may revoke key_now and key_old: revokes is known only after the apply"} with input as plan
		count(orphaned_key_revoked.deny) == 0 with input as plan
		count(previous_key_revoked.deny) == 0 with input as plan
	}
}

test_unknown_without_a_previous_key if {
	plan := testing.plan([object.union(testing.update(type, {"name": "ci", "id": "key_now"}, {"name": "ci"}), {"unknown": ["revokes"]})])
	messages(may_revoke.deny) == {"the plan may revoke key_now: revokes is known only after the apply"} with input as plan
}
