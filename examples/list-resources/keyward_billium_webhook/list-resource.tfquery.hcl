# The webhooks of the merchant; their secrets are never shown again.
list "keyward_billium_webhook" "all" {
  provider = keyward
}
