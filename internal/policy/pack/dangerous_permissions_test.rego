package keyward.rules.dangerous_permissions_test

import data.keyward.rules.dangerous_permissions
import data.keyward.testing

key(attributes) := testing.create("keyward_billium_api_key", attributes)

test_all_are_dangerous if {
	count(dangerous_permissions.deny) == 3 with input as testing.plan([key({"permissions": ["*"], "effective_permissions": ["merchant:delete", "api_key:create", "team:manage_roles", "team:invite"]})])
}

test_a_combination if {
	count(dangerous_permissions.deny) == 1 with input as testing.plan([key({"effective_permissions": ["team:invite", "team:manage_roles"]})])
}

test_half_a_combination_is_fine if {
	count(dangerous_permissions.deny) == 0 with input as testing.plan([key({"effective_permissions": ["team:invite", "api_key:create"]})])
}

test_patterns_of_a_set if {
	count(dangerous_permissions.deny) == 1 with input as testing.plan([testing.create("keyward_billium_permission_set", {"permissions": ["merchant:*", "*:view"]})])
}

test_the_users_own_list if {
	count(dangerous_permissions.deny) == 1 with input as testing.plan([key({"effective_permissions": ["wallet:delete"]})])
		with data.keyward.config.dangerous_permissions as ["wallet:delete"]
}

# A key that takes its permissions from a set of the same plan is as dangerous as
# the set, and so is decided.
test_a_set_that_comes_with_the_plan if {
	set := object.union(testing.create("keyward_billium_permission_set", {"permissions": ["merchant:delete"]}), {"address": "keyward_billium_permission_set.all[0]"})
	user := object.union(key({}), {
		"unknown": ["effective_permissions", "permission_set_id"], "configured": ["permission_set_id"],
		"references": {"permission_set_id": ["keyward_billium_permission_set.all"]},
	})
	count(dangerous_permissions.deny) == 2 with input as testing.plan([set, user])
	user.address in dangerous_permissions.decided with input as testing.plan([set, user])
}

test_what_is_unknown_is_not_decided if {
	unknown := object.union(key({}), {"unknown": ["effective_permissions"], "configured": ["permissions"]})
	not unknown.address in dangerous_permissions.decided with input as testing.plan([unknown])
}

test_a_member if {
	count(dangerous_permissions.deny) == 1 with input as testing.plan([testing.create("keyward_billium_team_member", {"role": "ADMIN", "permissions": ["team:*"]})])
	count(dangerous_permissions.deny) == 0 with input as testing.plan([testing.create("keyward_billium_team_member", {"role": "MEMBER", "permissions": null})])
}
