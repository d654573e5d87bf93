package keyward.rules.admin_key_test

import data.keyward.rules.admin_key
import data.keyward.testing

key(level) := testing.plan([testing.create("keyward_corebill_api_key", {"permission_level": level})])

test_admin_is_found if count(admin_key.deny) == 1 with input as key("admin")

test_write_is_fine if count(admin_key.deny) == 0 with input as key("write")

test_what_is_left_as_it_is_counts if {
	count(admin_key.deny) == 1 with input as testing.plan([testing.unchanged("keyward_corebill_api_key", {"permission_level": "admin"})])
}

test_only_changes if {
	count(admin_key.deny) == 0 with input as testing.plan([testing.unchanged("keyward_corebill_api_key", {"permission_level": "admin"})])
		with data.keyward.config.only_changes as true
}

test_a_destroyed_key_is_fine if {
	count(admin_key.deny) == 0 with input as testing.plan([testing.destroy("keyward_corebill_api_key", {"permission_level": "admin"})])
}
