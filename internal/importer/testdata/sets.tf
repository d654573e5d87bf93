### billium.tf
resource "keyward_billium_merchant" "my_store" {
  name                   = "My Store"
  enforce_tfa            = false
  enforce_passkey        = false
  enforce_google_login   = false
  enforce_github_login   = false
  enforce_email_verified = false
}

resource "keyward_billium_permission_set" "storefront" {
  name        = "storefront"
  description = "What a shop needs"
  permissions = ["invoice:view", "invoice:create", "product:view"]
}

# New: nightly and weekly have the same permissions.
resource "keyward_billium_permission_set" "nightly_and_weekly" {
  name        = "nightly and weekly"
  permissions = ["invoice:view", "report:view"]
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "browser" {
  name = "browser"
  type = "PUBLIC"
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "catalogue" {
  name = "catalogue"
  permissions = [
    "product:view",
    "product:create",
    "product:edit",
    "product:delete",
    "report:view",
  ]
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "nightly" {
  name              = "nightly"
  permission_set_id = keyward_billium_permission_set.nightly_and_weekly.id
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "shop" {
  name              = "shop"
  permission_set_id = keyward_billium_permission_set.storefront.id
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "weekly" {
  name              = "weekly"
  enabled           = false
  permission_set_id = keyward_billium_permission_set.nightly_and_weekly.id
}

resource "keyward_billium_team_member" "ana_ana_example_com" {
  email = "ana@example.com"
  role  = "ADMIN"
}

resource "keyward_billium_team_member" "ana_ana_example_org" {
  email       = "ana@example.org"
  role        = "VIEWER"
  permissions = ["invoice:view"]
}

resource "keyward_billium_webhook" "example_com_billium" {
  url    = "https://example.com/billium"
  events = ["invoice.*"]
}

resource "keyward_billium_webhook" "example_com_other" {
  url         = "https://example.com/other"
  events      = ["payment.paid"]
  description = "Other"
  is_active   = false
  retry_count = 5
  timeout     = 1000
}

# Left out:
# The Billium key "Sandbox bootstrap" (key_00000000000000000000000000000001, sk_…): it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere.
# The team member owner@example.com (tm_00000000000000000000000000000001): the OWNER is managed in Billium's dashboard alone, where ownership is transferred.
