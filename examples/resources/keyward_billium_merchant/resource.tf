# The merchant that the provider's key belongs to. What is not set is left as it
# is. caller_factors keeps you from enforcing what you don't have yourself.
resource "keyward_billium_merchant" "this" {
  name                   = "Harbour Coffee"
  enforce_tfa            = true
  enforce_email_verified = true
  caller_factors         = ["tfa", "email_verified"]
}
