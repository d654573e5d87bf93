variable "leaked_key_id" {
  type = string
}

# terraform apply -invoke=action.keyward_billium_api_key_revoke.leaked
action "keyward_billium_api_key_revoke" "leaked" {
  config {
    api_key_id = var.leaked_key_id
  }
}
