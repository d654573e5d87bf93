data "keyward_corebill_companies" "all" {}

# One read-only key for each company that the provider's key can reach.
resource "keyward_corebill_api_key" "reporting" {
  for_each = { for company in data.keyward_corebill_companies.all.companies : company.slug => company }

  name             = "reporting-${each.key}"
  company_id       = each.value.id
  permission_level = "read"
}
