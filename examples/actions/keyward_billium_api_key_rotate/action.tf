resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]
}

# To rotate the key, ask for it and then apply:
#   terraform apply -invoke=action.keyward_billium_api_key_rotate.checkout
#   terraform apply
action "keyward_billium_api_key_rotate" "checkout" {
  config {
    api_key_id = keyward_billium_api_key.checkout.id
  }
}
