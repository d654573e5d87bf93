# METADATA
# title: A webhook is not delivered over https
# description: >-
#   Events hold customers' data. Over http anyone on the network path can read them.
# custom:
#   severity: high
#   remedy: Serve the endpoint over https.
#   needs:
#     keyward_corebill_webhook: [url]
#     keyward_billium_webhook: [url]
package keyward.rules.insecure_webhook

import data.keyward.plan

deny contains plan.finding(webhook, "events are delivered without encryption: the url is not https") if {
	some type in {"keyward_corebill_webhook", "keyward_billium_webhook"}
	some webhook in plan.of_type(type)
	is_string(webhook.after.url)
	not startswith(lower(webhook.after.url), "https://")
}
