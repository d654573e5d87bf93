# METADATA
# title: What a plan does with Keyward's objects
# description: Words that rules are written in; import data.keyward.plan to use them.
package keyward.plan

# The key types of both platforms.
key_types := {"keyward_corebill_api_key", "keyward_billium_api_key"}

config := data.keyward.config

# What exists once the plan is applied. With only_changes, what the plan leaves
# as it is does not count.
kept contains object if {
	some object in input.keyward.objects
	object.after != null
	looked_at(object)
}

looked_at(_) if not config.only_changes

looked_at(object) if object.action != "none"

# Objects that exist once the plan is applied, of one type.
of_type(type) := {object | some object in kept; object.type == type}

# Keys that exist once the plan is applied.
keys contains object if {
	some object in kept
	object.type in key_types
}

# Keys that are a secret: all but Billium's public ones.
secret_keys contains key if {
	some key in keys
	not public(key)
}

public(key) if {
	key.type == "keyward_billium_api_key"
	key.after.type == "PUBLIC"
}

# A finding about an object.
finding(object, message) := {"address": object.address, "message": message}

# Whether the plan says that an attribute is known only after the apply.
unknown(object, attribute) if {
	some path in object.unknown
	path == attribute
}

unknown(object, attribute) if {
	some path in object.unknown
	startswith(path, sprintf("%s.", [attribute]))
}

# Whether the configuration sets an attribute.
configured(object, attribute) if attribute in object.configured

# The ids of the keys that the plan revokes of a key that it changes in place: those
# that are new in revokes. Undefined where they aren't known before the apply.
revokes(key) := ids(key.after, "revokes") - ids(key.before, "revokes") if {
	key.action == "update"
	not unknown(key, "revokes")
}

ids(attributes, name) := {id | some id in object.get(attributes, name, null)} if is_array(object.get(attributes, name, null)) else := set()

# Whether the plan destroys what the object is now: the keys that it has go with it.
destroys(object) if object.action == "delete"

destroys(object) if {
	object.action == "replace"
	not object.forgets
}

# The id of the previous key that still waits for its revocation. Undefined where
# there is none.
previous(key) := id if {
	is_object(key.before.previous)
	id := key.before.previous.id
	is_string(id)
}

# The ids of the keys that an interrupted apply of the resource left.
orphaned(key) := {orphan.id | some orphan in key.before.orphaned} if is_array(key.before.orphaned) else := set()

# Whether the time of the previous key is over when the plan is made.
previous_due(key) if not is_string(key.before.previous.revoke_due)

previous_due(key) if {
	time.parse_rfc3339_ns(key.before.previous.revoke_due) <= time.parse_rfc3339_ns(input.timestamp)
}

# Whether the plan gives a key another token.
rotates(key) if {
	key.action == "update"
	unknown(key, "id")
}

# A key as messages name it: its name, its id and its visible prefix, as far as the plan
# has them.
named(key) := concat(" ", [text | some text in [called(key), identified(key)]; text != ""])

called(key) := sprintf("%q", [key.name]) if is_string(object.get(key, "name", null)) else := ""

identified(key) := sprintf("(%s, %s…)", [key.id, key.key_prefix]) if {
	is_string(object.get(key, "id", null))
	is_string(object.get(key, "key_prefix", null))
} else := sprintf("(%s)", [key.id]) if is_string(object.get(key, "id", null)) else := ""

# A part of the rotation block, or null where there is none.
rotation(key, name) := value if {
	is_object(object.get(key.after, "rotation", null))
	value := object.get(key.after.rotation, name, null)
} else := null

# Nanoseconds of a Go duration, such as 720h; undefined for null.
duration(text) := time.parse_duration_ns(text) if is_string(text)

# The permissions that a Billium key, set or member has, as the platform names
# them. Undefined where they aren't known before the apply.
permissions(object) := {p | some p in object.after.effective_permissions} if {
	is_array(object.after.effective_permissions)
	not unknown(object, "effective_permissions")
} else := {p | some pattern in object.after.permissions; some p in expand(pattern)} if {
	is_array(object.after.permissions)
	not unknown(object, "permissions")
} else := {p | some set in sets(object); some p in permissions_of_set(set)} if {
	count(sets(object)) > 0
	every set in sets(object) { permissions_of_set(set) }
}

permissions_of_set(set) := {p | some pattern in set.after.permissions; some p in expand(pattern)} if {
	is_array(set.after.permissions)
	not unknown(set, "permissions")
}

# The permission sets of the same plan that an object takes its permissions from.
sets(object) := {set |
	some address in object.references.permission_set_id
	some set in input.keyward.objects
	set.type == "keyward_billium_permission_set"
	set.after != null
	regex.replace(set.address, `\[[^\]]*\]`, "") == address
}

# What a pattern such as invoice:* means.
expand(pattern) := {p | some p in data.keyward.platform.billium.permissions} if pattern in {"*", "*:*"}

expand(pattern) := {p |
	some p in data.keyward.platform.billium.permissions
	wanted := split(pattern, ":")
	has := split(p, ":")
	matches(wanted[0], has[0])
	matches(wanted[1], has[1])
} if {
	not pattern in {"*", "*:*"}
}

matches("*", _) := true

matches(word, has) if word == has
