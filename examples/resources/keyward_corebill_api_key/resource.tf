data "keyward_corebill_company" "agency" {
  slug = "my-agency"
}

# A key for one company. Raising the generation, or changing the level, issues a
# new key and then revokes the old one, in the same apply.
resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  company_id       = data.keyward_corebill_company.agency.id
  permission_level = "read"

  rotate_when_changed = {
    generation = 1
  }
}

# An organization key: it reaches every company of the organization.
resource "keyward_corebill_api_key" "backoffice" {
  name             = "backoffice"
  organization     = true
  permission_level = "write"
}

output "reporting_token" {
  value     = keyward_corebill_api_key.reporting.token
  sensitive = true
}
