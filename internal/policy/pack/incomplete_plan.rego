# METADATA
# title: The plan does not cover everything
# description: >-
#   The plan was made with -target, or Terraform deferred a part of it. What it leaves out was not looked at.
# custom:
#   severity: low
#   remedy: Plan without -target, and check again after the apply.
package keyward.rules.incomplete_plan

deny contains {"address": "", "message": "the plan leaves something out: it was made with -target, or Terraform deferred a part"} if {
	input.keyward.complete == false
}
