variable "webhook_secret" {
  type      = string
  sensitive = true
}

# A delivery that an endpoint recorded.
variable "delivery" {
  type = object({
    signature   = string # value of the header x-signature
    body        = string
    received_at = string # RFC 3339
  })
}

# Does the endpoint's secret still belong to the webhook?
output "delivery_is_genuine" {
  value = nonsensitive(provider::keyward::verify_webhook_signature(
    "billium",
    var.webhook_secret,
    var.delivery.signature,
    var.delivery.body,
    var.delivery.received_at,
  ))
}
