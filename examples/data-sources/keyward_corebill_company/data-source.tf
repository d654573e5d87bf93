# By slug, by name or by id: exactly one of the three.
data "keyward_corebill_company" "agency" {
  slug = "my-agency"
}

output "agency_currency" {
  value = data.keyward_corebill_company.agency.currency
}
