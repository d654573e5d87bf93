# METADATA
# title: A second key of the same name is allowed
# description: >-
#   With on_name_conflict = "allow" the provider makes a key beside a live one of the same name, which nobody can
#   then tell from a leftover.
# custom:
#   severity: low
#   remedy: Import the other key, revoke it, or name this one otherwise, and remove on_name_conflict.
#   needs:
#     keyward_corebill_api_key: [on_name_conflict]
#     keyward_billium_api_key: [on_name_conflict]
package keyward.rules.name_conflict_allowed

import data.keyward.plan

deny contains plan.finding(key, "on_name_conflict is allow: the key may share its name with another") if {
	some key in plan.keys
	key.after.on_name_conflict == "allow"
}
