data "keyward_corebill_company" "agency" {
  slug = "my-agency"
}

# A key for one company. Raising the generation, or changing the level, creates a
# new key. The old one works for a day more; the first apply after that revokes it.
resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  company_id       = data.keyward_corebill_company.agency.id
  permission_level = "read"

  rotation = {
    rotate_when_changed = { generation = 1 }
    overlap             = "24h"
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
