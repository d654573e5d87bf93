package keyward.rules.broad_permissions_test

import data.keyward.rules.broad_permissions
import data.keyward.testing

set(permissions) := testing.plan([testing.create("keyward_billium_permission_set", {"permissions": permissions})])

test_all_are_too_many if count(broad_permissions.deny) == 1 with input as set(["*"])

test_views_are_fine if count(broad_permissions.deny) == 0 with input as set(["*:view"])

test_the_setting if {
	count(broad_permissions.deny) == 1 with input as set(["*:view"]) with data.keyward.config.max_permissions as 9
}
