variable "webhook_id" {
  type = string
}

# terraform apply -invoke=action.keyward_billium_webhook_ping.invoices
action "keyward_billium_webhook_ping" "invoices" {
  config {
    webhook_id = var.webhook_id
  }
}
