package keyward.rules.public_key_test

import data.keyward.rules.public_key
import data.keyward.testing

key(attributes) := testing.plan([testing.create("keyward_billium_api_key", attributes)])

three := ["invoice:create", "invoice:view", "product:view"]

test_the_three_are_fine if {
	count(public_key.deny) == 0 with input as key({"type": "PUBLIC", "effective_permissions": three, "token_encryption": null})
}

test_more_is_found if {
	count(public_key.deny) == 1 with input as key({"type": "PUBLIC", "effective_permissions": array.concat(three, ["report:view"])})
}

test_encryption_is_odd if {
	count(public_key.deny) == 1 with input as key({"type": "PUBLIC", "effective_permissions": three, "token_encryption": {"age_recipients": ["age1"]}})
}

test_a_secret_key_is_fine if {
	count(public_key.deny) == 0 with input as key({"type": "SECRET", "effective_permissions": ["report:view"]})
}
