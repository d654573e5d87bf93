### providers.tf
terraform {
  required_version = ">= 1.11"

  required_providers {
    keyward = {
      source = "keyward/keyward"
    }
  }
}

# The provider reads COREBILL_API_KEY, COREBILL_COMPANY_ID, BILLIUM_API_KEY, BILLIUM_MERCHANT_ID
# and, where the platforms are elsewhere, COREBILL_BASE_URL and BILLIUM_BASE_URL.
provider "keyward" {}
### corebill.tf
resource "keyward_corebill_company" "my_agency" {
  name           = "My Agency"
  slug           = "my-agency"
  currency       = "USD"
  invoice_prefix = "INV"
  quote_prefix   = "QUO"
}

resource "keyward_corebill_company" "second_studio" {
  name           = "Second Studio"
  slug           = "second-studio"
  currency       = "USD"
  invoice_prefix = "INV"
  quote_prefix   = "QUO"
}

# sk_…, created 2026-03-01
resource "keyward_corebill_api_key" "n42" {
  name             = "42"
  company_id       = keyward_corebill_company.my_agency.id
  permission_level = "read"
}

# sk_…, created 2026-03-01
resource "keyward_corebill_api_key" "buro_x_y" {
  name             = "Büro \"$${x}\" %%{y}"
  organization     = true
  permission_level = "admin"
}

# sk_…, created 2026-03-01
resource "keyward_corebill_api_key" "reporting_second_studio" {
  name             = "Reporting"
  company_id       = keyward_corebill_company.second_studio.id
  permission_level = "write"
}

# sk_…, created 2026-03-01
resource "keyward_corebill_api_key" "reporting_my_agency" {
  name             = "reporting"
  company_id       = keyward_corebill_company.my_agency.id
  permission_level = "read"
}

resource "keyward_corebill_webhook" "hooks_example_com_in_my_agency" {
  company_id = keyward_corebill_company.my_agency.id
  url        = "https://hooks.example.com/in"
  events     = ["invoice.paid"]
}

resource "keyward_corebill_webhook" "hooks_example_com_in_second_studio" {
  company_id = keyward_corebill_company.second_studio.id
  url        = "https://hooks.example.com/in"
  events     = ["invoice.paid", "invoice.sent"]
  enabled    = false
}

# Left out:
# The Corebill key "Sandbox bootstrap" (key_000000000001, sk_…): it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere.
# The Corebill key "asks (rotate)" (key_000000000002, sk_…): its name ends with " (rotate)", which asks for a rotation; rename it, then import it.
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
  name        = "nightly"
  permissions = ["invoice:view", "report:view"]
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "shop" {
  name              = "shop"
  permission_set_id = keyward_billium_permission_set.storefront.id
}

# sk_…, created 2026-03-01
resource "keyward_billium_api_key" "weekly" {
  name        = "weekly"
  permissions = ["invoice:view", "report:view"]
  enabled     = false
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

# nightly and weekly have the same permissions. With one permission set, a change of the set would change all of them:
#
#   resource "keyward_billium_permission_set" "nightly_and_weekly" {
#     name        = "nightly and weekly"
#     permissions = ["invoice:view", "report:view"]
#   }
#
#   permission_set_id = keyward_billium_permission_set.nightly_and_weekly.id # instead of permissions
#
# keyward import --propose-sets writes it so; a plan then shows the keys that change over to the set.

# Left out:
# The Billium key "Sandbox bootstrap" (key_00000000000000000000000000000003, sk_…): it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere.
# The team member owner@example.com (tm_00000000000000000000000000000001): the OWNER is managed in Billium's dashboard alone, where ownership is transferred.
### imports.tf
# Once these are applied, this file can be deleted.

import {
  to = keyward_corebill_company.my_agency
  id = "com_000000000001"
}

import {
  to = keyward_corebill_company.second_studio
  id = "com_000000000002"
}

import {
  to = keyward_corebill_api_key.n42
  id = "com_000000000001/key_000000000004"
}

import {
  to = keyward_corebill_api_key.buro_x_y
  id = "organization/key_000000000005"
}

import {
  to = keyward_corebill_api_key.reporting_second_studio
  id = "com_000000000002/key_000000000006"
}

import {
  to = keyward_corebill_api_key.reporting_my_agency
  id = "com_000000000001/key_000000000007"
}

import {
  to = keyward_corebill_webhook.hooks_example_com_in_my_agency
  id = "com_000000000001/wh_000000000001"
}

import {
  to = keyward_corebill_webhook.hooks_example_com_in_second_studio
  id = "com_000000000002/wh_000000000002"
}

import {
  to = keyward_billium_merchant.my_store
  id = "mer_00000000000000000000000000000001"
}

import {
  to = keyward_billium_permission_set.storefront
  id = "mer_00000000000000000000000000000001/pset_00000000000000000000000000000001"
}

import {
  to = keyward_billium_api_key.browser
  id = "mer_00000000000000000000000000000001/key_00000000000000000000000000000008"
}

import {
  to = keyward_billium_api_key.catalogue
  id = "mer_00000000000000000000000000000001/key_00000000000000000000000000000009"
}

import {
  to = keyward_billium_api_key.nightly
  id = "mer_00000000000000000000000000000001/key_00000000000000000000000000000010"
}

import {
  to = keyward_billium_api_key.shop
  id = "mer_00000000000000000000000000000001/key_00000000000000000000000000000011"
}

import {
  to = keyward_billium_api_key.weekly
  id = "mer_00000000000000000000000000000001/key_00000000000000000000000000000012"
}

import {
  to = keyward_billium_team_member.ana_ana_example_com
  id = "mer_00000000000000000000000000000001/invite_00000000000000000000000000000001"
}

import {
  to = keyward_billium_team_member.ana_ana_example_org
  id = "mer_00000000000000000000000000000001/tm_00000000000000000000000000000002"
}

import {
  to = keyward_billium_webhook.example_com_billium
  id = "mer_00000000000000000000000000000001/wh_00000000000000000000000000000003"
}

import {
  to = keyward_billium_webhook.example_com_other
  id = "mer_00000000000000000000000000000001/wh_00000000000000000000000000000004"
}
