package keyward.rules.tokens_test

import data.keyward.rules.token_in_code
import data.keyward.rules.token_in_state
import data.keyward.testing

key(attributes) := testing.plan([testing.create("keyward_corebill_api_key", attributes)])

test_a_plain_token_is_found if count(token_in_state.deny) == 1 with input as key({"token_encryption": null})

test_an_encrypted_one_is_fine if count(token_in_state.deny) == 0 with input as key({"token_encryption": {"age_recipients": ["age1"]}})

test_an_imported_key_has_none if {
	count(token_in_state.deny) == 0 with input as testing.plan([testing.unchanged("keyward_corebill_api_key", {"token_encryption": null, "token": null})])
}

test_a_public_key_has_nothing_to_hide if {
	count(token_in_state.deny) == 0 with input as testing.plan([testing.create("keyward_billium_api_key", {"type": "PUBLIC", "token_encryption": null})])
}

provider(expression) := object.union(testing.plan([]), {"configuration": {"provider_config": {"keyward": {
	"name": "keyward",
	"expressions": {"corebill": expression},
}}}})

test_a_constant_credential if count(token_in_code.deny) == 1 with input as provider({"constant_value": {"api_key": "x", "company_id": "com_1"}})

test_a_constant_attribute if count(token_in_code.deny) == 1 with input as provider([{"api_key": {"constant_value": "x"}}])

test_a_variable_is_fine if count(token_in_code.deny) == 0 with input as provider({"references": ["var.key"], "constant_value": {"company_id": "com_1"}})

test_tokens_elsewhere if {
	input_with_tokens := {"keyward": {"tokens": ["configuration.root_module.x", "variables.key.value", "resource_changes.0.change.after.x"], "objects": []}}
	count(token_in_code.deny) == 2 with input as input_with_tokens
}
