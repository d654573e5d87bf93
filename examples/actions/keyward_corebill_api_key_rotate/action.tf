resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  permission_level = "read"
}

# To rotate the key, ask for it and then apply:
#   terraform apply -invoke=action.keyward_corebill_api_key_rotate.reporting
#   terraform apply
action "keyward_corebill_api_key_rotate" "reporting" {
  config {
    api_key_id = keyward_corebill_api_key.reporting.id
  }
}
