# METADATA
# title: A company is deleted
# description: >-
#   Deleting a company of Corebill takes its customers, its documents and its keys along, for good.
# custom:
#   severity: critical
#   remedy: Keep the company. If it must be deleted, have a second person review this plan, then add an exception for it.
package keyward.rules.company_destroyed

import data.keyward.plan

deny contains plan.finding(company, sprintf("the company %q is deleted, with everything in it", [company.before.name])) if {
	some company in input.keyward.objects
	company.type == "keyward_corebill_company"
	company.action in {"delete", "replace"}
}
