# What a checkout server needs, in one place.
resource "keyward_billium_permission_set" "checkout" {
  name        = "checkout"
  description = "What a checkout server needs"
  permissions = ["invoice:create", "invoice:view", "product:view"]
}

# Keys that use the set change with it.
resource "keyward_billium_api_key" "shop" {
  name              = "shop"
  permission_set_id = keyward_billium_permission_set.checkout.id
}

output "checkout_can_be_public" {
  value = keyward_billium_permission_set.checkout.public_key_compatible
}
