# Only the name is required. What is left out, Corebill decides, and it is not
# managed.
resource "keyward_corebill_company" "agency" {
  name           = "Second Agency"
  slug           = "second-agency"
  currency       = "EUR"
  invoice_prefix = "SA"
  quote_prefix   = "SAQ"
  logo_url       = "https://example.com/logo.png"

  # Without this line a plan that deletes the company is refused. Only what has
  # been applied counts.
  deletion_protection = false
}
