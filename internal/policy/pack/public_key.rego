# METADATA
# title: A public key is not what public keys are
# description: >-
#   A public key is in every visitor's hands. It has exactly invoice:create, invoice:view and product:view; anything
#   else about it, such as a token that is encrypted, tells of a key that was meant to be a secret one.
# custom:
#   severity: high
#   remedy: Use a secret key on servers, and leave a public key with its three permissions and without token_encryption.
#   needs:
#     keyward_billium_api_key: [type, token_encryption]
package keyward.rules.public_key

import data.keyward.plan

public_keys contains key if {
	some key in plan.of_type("keyward_billium_api_key")
	plan.public(key)
}

deny contains plan.finding(key, message) if {
	some key in public_keys
	odd := plan.permissions(key) - {p | some p in data.keyward.platform.billium.public_permissions}
	count(odd) > 0
	message := sprintf("the public key has %s", [concat(", ", sort(odd))])
}

deny contains plan.finding(key, "the token of the public key is encrypted: was it meant to be a secret key?") if {
	some key in public_keys
	is_object(object.get(key.after, "token_encryption", null))
}

decided contains key.address if {
	some key in plan.of_type("keyward_billium_api_key")
	key.after.type == "SECRET"
}
