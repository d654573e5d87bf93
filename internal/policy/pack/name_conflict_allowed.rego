# METADATA
# title: A second key of the same name is allowed
# description: >-
#   With on_conflict = "allow" the provider makes a key beside a live one of the same name, and no one can
#   then tell by its name which of them is meant.
# custom:
#   severity: low
#   remedy: Import the other key, revoke it, or name this one otherwise, and remove on_conflict.
#   needs:
#     keyward_corebill_api_key: [on_conflict]
#     keyward_billium_api_key: [on_conflict]
package keyward.rules.name_conflict_allowed

import data.keyward.plan

deny contains plan.finding(key, "on_conflict is allow: the key may share its name with another") if {
	some key in plan.keys
	key.after.on_conflict == "allow"
}
