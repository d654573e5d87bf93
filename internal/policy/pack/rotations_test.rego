package keyward.rules.rotations_test

import data.keyward.rules.long_overlap
import data.keyward.rules.no_rotation
import data.keyward.rules.rare_rotation
import data.keyward.rules.short_overlap
import data.keyward.testing

key(rotation) := testing.plan([testing.create("keyward_billium_api_key", {"type": "SECRET", "rotation": rotation})])

good := {"rotate_after": "720h", "overlap": "24h", "quiet_period": "0s", "max_overlap": null}

test_a_good_rotation_is_fine if {
	count(no_rotation.deny) == 0 with input as key(good)
	count(rare_rotation.deny) == 0 with input as key(good)
	count(short_overlap.deny) == 0 with input as key(good)
	count(long_overlap.deny) == 0 with input as key(good)
}

test_none_is_found if count(no_rotation.deny) == 1 with input as key(null)

test_none_but_on_change_is_found if {
	count(no_rotation.deny) == 1 with input as key(object.union(good, {"rotate_after": null, "rotate_when_changed": {"a": "b"}}))
}

test_a_public_key_needs_none if {
	count(no_rotation.deny) == 0 with input as testing.plan([testing.create("keyward_billium_api_key", {"type": "PUBLIC", "rotation": null})])
}

test_a_year_is_too_long if count(rare_rotation.deny) == 1 with input as key(object.union(good, {"rotate_after": "8760h"}))

test_the_longest_is_fine if count(rare_rotation.deny) == 0 with input as key(object.union(good, {"rotate_after": "2160h"}))

test_the_setting_of_the_longest if {
	count(rare_rotation.deny) == 1 with input as key(good) with data.keyward.config.max_rotate_after as "719h59m"
}

test_no_overlap_is_found if count(short_overlap.deny) == 1 with input as key(object.union(good, {"overlap": "0s"}))

test_an_overlap_that_is_too_short_for_the_setting if {
	count(short_overlap.deny) == 1 with input as key(good) with data.keyward.config.min_overlap as "25h"
}

test_a_long_overlap_is_found if count(long_overlap.deny) == 1 with input as key(object.union(good, {"overlap": "169h"}))

test_a_quiet_period_without_an_end if count(long_overlap.deny) == 1 with input as key(object.union(good, {"quiet_period": "1h"}))

test_a_quiet_period_with_an_end if {
	count(long_overlap.deny) == 0 with input as key(object.union(good, {"quiet_period": "1h", "max_overlap": "48h"}))
}
