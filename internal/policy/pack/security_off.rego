# METADATA
# title: The team may sign in without a security factor
# description: >-
#   Factors that the setting required_security lists (enforce_tfa, by default) are declared to be off, or the plan
#   switches one off that was on.
# custom:
#   severity: high
#   remedy: Set the factor to true, or change the setting required_security.
#   needs:
#     keyward_billium_merchant: [enforce_tfa, enforce_passkey, enforce_google_login, enforce_github_login, enforce_email_verified]
package keyward.rules.security_off

import data.keyward.plan

factors := {"enforce_tfa", "enforce_passkey", "enforce_google_login", "enforce_github_login", "enforce_email_verified"}

deny contains plan.finding(merchant, sprintf("%s is off", [factor])) if {
	some merchant in plan.of_type("keyward_billium_merchant")
	some factor in plan.config.required_security
	merchant.after[factor] == false
}

deny contains plan.finding(merchant, sprintf("the plan switches %s off", [factor])) if {
	some merchant in plan.of_type("keyward_billium_merchant")
	some factor in factors
	not factor in plan.config.required_security
	merchant.before[factor] == true
	merchant.after[factor] == false
}

# What isn't declared isn't managed, and nothing is changed about it.
decided contains merchant.address if {
	some merchant in plan.of_type("keyward_billium_merchant")
	every factor in plan.config.required_security { settled(merchant, factor) }
}

settled(merchant, factor) if not plan.unknown(merchant, factor)

settled(merchant, factor) if {
	merchant.configured != null
	not plan.configured(merchant, factor)
}
