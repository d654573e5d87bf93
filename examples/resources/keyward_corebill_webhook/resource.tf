# Raising the generation gives the webhook a new secret in place. The old one
# stops signing at once.
resource "keyward_corebill_webhook" "orders" {
  url    = "https://example.com/hooks/corebill"
  events = ["invoice.paid", "invoice.refunded"]

  rotate_secret_when_changed = {
    generation = 1
  }
}

output "orders_webhook_secret" {
  value     = keyward_corebill_webhook.orders.secret
  sensitive = true
}
