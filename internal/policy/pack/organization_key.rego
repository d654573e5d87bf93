# METADATA
# title: A Corebill key reaches the whole organization
# description: >-
#   An organization key belongs to no company and reaches every one, also those that come later.
# custom:
#   severity: high
#   remedy: Remove organization and name a company_id; make one key per company where several are needed.
#   needs:
#     keyward_corebill_api_key: [organization]
package keyward.rules.organization_key

import data.keyward.plan

deny contains plan.finding(key, "the key reaches every company of the organization") if {
	some key in plan.of_type("keyward_corebill_api_key")
	key.after.organization == true
}
