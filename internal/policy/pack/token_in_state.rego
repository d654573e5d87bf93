# METADATA
# title: A token is in the state in plain text
# description: >-
#   Without token_encryption the state holds the token, and so does every copy, backup and plan of it: anyone who reads
#   one has the key. Public keys are public anyway.
# custom:
#   severity: high
#   remedy: "Add token_encryption = { age_recipients = [...] }, or use the ephemeral resource for keys of one run."
#   needs:
#     keyward_corebill_api_key: [token_encryption]
#     keyward_billium_api_key: [token_encryption]
package keyward.rules.token_in_state

import data.keyward.plan

deny contains plan.finding(key, "the state holds the key's token in plain text: there is no token_encryption") if {
	some key in plan.secret_keys
	"token_encryption" in object.keys(key.after)
	key.after.token_encryption == null
	not imported(key)
}

# A key that was imported has a null for a token: no platform shows it again.
imported(key) if {
	key.action != "create"
	"token" in object.keys(key.after)
	key.after.token == null
}

decided contains key.address if {
	some key in plan.keys
	plan.public(key)
}
