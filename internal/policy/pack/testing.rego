# METADATA
# title: Plans to test rules with
# description: Import data.keyward.testing in your tests to make the input that a rule sees.
package keyward.testing

# The input for a plan with these objects.
plan(objects) := {"keyward": {"version": 1, "file": "plan.json", "complete": true, "tokens": [], "objects": objects}}

# An object that the plan creates; attributes is what is known of it.
create(type, attributes) := changed(type, "create", null, attributes)

# An object that the plan changes in place.
update(type, before, after) := changed(type, "update", before, after)

# An object that the plan leaves as it is.
unchanged(type, attributes) := changed(type, "none", attributes, attributes)

# An object that the plan destroys.
destroy(type, attributes) := changed(type, "delete", attributes, null)

# What any of these is made of; object.union changes more of it, as in
# object.union(create(type, {}), {"unknown": ["role"]}).
changed(type, action, before, after) := {
	"address": sprintf("%s.test", [type]),
	"type": type,
	"name": "test",
	"module": "",
	"action": action,
	"create_first": false,
	"forgets": false,
	"deposed": false,
	"before": before,
	"after": after,
	"unknown": [],
	"configured": [name | some name, _ in after],
	"references": {},
}
