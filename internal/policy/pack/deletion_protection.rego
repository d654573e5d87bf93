# METADATA
# title: Nothing keeps a company from being deleted
# description: >-
#   With deletion_protection = false, one terraform destroy deletes the company for good.
# custom:
#   severity: medium
#   remedy: Remove deletion_protection = false; it is true by default.
#   needs:
#     keyward_corebill_company: [deletion_protection]
package keyward.rules.deletion_protection

import data.keyward.plan

deny contains plan.finding(company, "deletion_protection is off") if {
	some company in plan.of_type("keyward_corebill_company")
	company.after.deletion_protection == false
}
