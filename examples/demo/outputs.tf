output "corebill_key" {
  description = "What may be shown of the Corebill key."
  value = {
    id      = keyward_corebill_api_key.reporting.id
    name    = keyward_corebill_api_key.reporting.name
    prefix  = keyward_corebill_api_key.reporting.key_prefix
    allowed = [keyward_corebill_api_key.reporting.permission_level]
  }
}

output "billium_key" {
  description = "What may be shown of the Billium key."
  value = {
    id      = keyward_billium_api_key.checkout.id
    name    = keyward_billium_api_key.checkout.name
    prefix  = keyward_billium_api_key.checkout.key_prefix
    allowed = keyward_billium_api_key.checkout.effective_permissions
  }
}

output "corebill_token" {
  description = "The Corebill key's token."
  value       = keyward_corebill_api_key.reporting.token
  sensitive   = true
}

output "billium_token" {
  description = "The Billium key's token."
  value       = keyward_billium_api_key.checkout.token
  sensitive   = true
}
