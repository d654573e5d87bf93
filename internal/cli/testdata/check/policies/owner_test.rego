package keyward.rules.owner_test

import data.keyward.rules.owner
import data.keyward.testing

key(name) := testing.plan([testing.create("keyward_corebill_api_key", {"name": name})])

test_a_name_with_a_team if count(owner.deny) == 0 with input as key("shop/ci")

test_a_name_without_a_team if count(owner.deny) == 1 with input as key("ci")
