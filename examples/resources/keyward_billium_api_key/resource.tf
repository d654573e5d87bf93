# A secret key, narrowed to what a checkout server needs. Name and permissions
# change in place; raising the generation issues a new key and then revokes the
# old one, in the same apply.
resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]

  rotate_when_changed = {
    generation = 1
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
