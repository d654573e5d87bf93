# The live keys of the merchant, with all that is known of them but their tokens.
list "keyward_billium_api_key" "all" {
  provider         = keyward
  include_resource = true
}
