# The merchant of the provider's key, for its import.
list "keyward_billium_merchant" "all" {
  provider = keyward
}
