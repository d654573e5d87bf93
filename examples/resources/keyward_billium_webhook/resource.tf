# Raising the generation gives the webhook a second secret. Deliveries are signed
# with both until the old one expires, so that receivers can switch in between.
resource "keyward_billium_webhook" "payments" {
  url         = "https://example.com/hooks/billium"
  events      = ["invoice.*", "payment.confirmed"]
  description = "Order processing"
  retry_count = 5
  timeout     = 10000

  rotate_secret_when_changed = {
    generation = 1
  }
}

output "payments_webhook_secret" {
  value     = keyward_billium_webhook.payments.secret
  sensitive = true
}
