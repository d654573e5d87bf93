# The permission sets of the merchant.
list "keyward_billium_permission_set" "all" {
  provider = keyward
}
