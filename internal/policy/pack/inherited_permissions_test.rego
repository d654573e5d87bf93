package keyward.rules.inherited_permissions_test

import data.keyward.rules.inherited_permissions
import data.keyward.testing

key(attributes) := testing.plan([testing.create("keyward_billium_api_key", attributes)])

test_nothing_declared_is_found if count(inherited_permissions.deny) == 1 with input as key({"type": "SECRET"})

test_permissions_are_fine if count(inherited_permissions.deny) == 0 with input as key({"type": "SECRET", "permissions": ["*:view"]})

test_a_set_is_fine if count(inherited_permissions.deny) == 0 with input as key({"type": "SECRET", "permission_set_id": "x"})

test_a_public_key_is_fine if count(inherited_permissions.deny) == 0 with input as key({"type": "PUBLIC"})
