# A secret key, narrowed to what a checkout server needs. Name and permissions
# change in place; raising the generation creates a new key. The old one works for a
# day more; the first apply after that revokes it.
resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]

  rotation = {
    rotate_when_changed = { generation = 1 }
    overlap             = "24h"
  }
}

# A wildcard stands for every permission of its domain; effective_permissions
# shows which those are.
resource "keyward_billium_api_key" "catalogue" {
  name        = "catalogue"
  permissions = ["product:*", "report:view"]
}

# A public key always has the same three permissions: invoice:create,
# invoice:view and product:view.
resource "keyward_billium_api_key" "browser" {
  name = "browser"
  type = "PUBLIC"
}

output "checkout_token" {
  value     = keyward_billium_api_key.checkout.token
  sensitive = true
}
