data "keyward_billium_merchant" "this" {}

# What the provider's own key may do.
output "own_permissions" {
  value = data.keyward_billium_merchant.this.api_key.effective_permissions
}
