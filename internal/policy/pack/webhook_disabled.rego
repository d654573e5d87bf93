# METADATA
# title: A webhook is switched off
# description: >-
#   Services that rely on its events get none, and they are not delivered later.
# custom:
#   severity: low
#   remedy: Switch it on, or remove it.
#   needs:
#     keyward_corebill_webhook: [enabled]
#     keyward_billium_webhook: [is_active]
package keyward.rules.webhook_disabled

import data.keyward.plan

attribute := {"keyward_corebill_webhook": "enabled", "keyward_billium_webhook": "is_active"}

deny contains plan.finding(webhook, sprintf("%s is false: no event is delivered", [name])) if {
	some type, name in attribute
	some webhook in plan.of_type(type)
	webhook.after[name] == false
}
