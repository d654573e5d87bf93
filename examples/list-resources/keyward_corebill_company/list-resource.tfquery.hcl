# Every company that the provider's key reaches.
list "keyward_corebill_company" "all" {
  provider = keyward
}
