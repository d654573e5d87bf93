# METADATA
# title: A key's name doesn't say which team owns it
# description: Names are TEAM/PURPOSE, so that there is a team to ask.
# custom:
#   severity: medium
#   remedy: Call the key TEAM/PURPOSE.
#   needs:
#     keyward_corebill_api_key: [name]
#     keyward_billium_api_key: [name]
package keyward.rules.owner

import data.keyward.plan

deny contains plan.finding(key, "the name doesn't say which team owns the key") if {
	some key in plan.keys
	not contains(key.after.name, "/")
}
