package keyward.rules.organization_key_test

import data.keyward.rules.organization_key
import data.keyward.testing

key(organization) := testing.plan([testing.create("keyward_corebill_api_key", {"organization": organization})])

test_an_organization_key_is_found if count(organization_key.deny) == 1 with input as key(true)

test_a_companys_key_is_fine if count(organization_key.deny) == 0 with input as key(false)
