### providers.tf
terraform {
  required_version = ">= 1.11"

  required_providers {
    keyward = {
      source = "keyward/keyward"
    }
  }
}

variable "agency_one_api_key" {
  type        = string
  sensitive   = true
  description = "The API key of the account agency_one; keyward import had it from COREBILL_API_KEY."
}

provider "keyward" {
  alias = "agency_one"
  corebill = {
    api_key  = var.agency_one_api_key
    base_url = "http://127.0.0.1:1/corebill"
  }
}

variable "agency_two_api_key" {
  type        = string
  sensitive   = true
  description = "The API key of the account agency_two; keyward import had it from COREBILL_API_KEY."
}

provider "keyward" {
  alias = "agency_two"
  corebill = {
    api_key  = var.agency_two_api_key
    base_url = "http://127.0.0.1:1/corebill"
  }
}

variable "billium_api_key" {
  type        = string
  sensitive   = true
  description = "The API key of the account billium; keyward import had it from BILLIUM_API_KEY."
}

provider "keyward" {
  alias = "billium"
  billium = {
    api_key     = var.billium_api_key
    merchant_id = "mer_00000000000000000000000000000001"
    base_url    = "http://127.0.0.1:1/billium"
  }
}

### agency_one.tf
resource "keyward_corebill_company" "second_studio" {
  provider = keyward.agency_one

  name           = "Second Studio"
  slug           = "second-studio"
  currency       = "USD"
  invoice_prefix = "INV"
  quote_prefix   = "QUO"
}

# Left out:
# The Corebill key "Sandbox bootstrap" (key_000000000001, sk_…): it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere.
### agency_two.tf
resource "keyward_corebill_company" "my_agency" {
  provider = keyward.agency_two

  name           = "My Agency"
  slug           = "my-agency"
  currency       = "USD"
  invoice_prefix = "INV"
  quote_prefix   = "QUO"
}
### billium.tf
resource "keyward_billium_merchant" "my_store" {
  provider = keyward.billium

  name                   = "My Store"
  enforce_tfa            = false
  enforce_passkey        = false
  enforce_google_login   = false
  enforce_github_login   = false
  enforce_email_verified = false
}

# Left out:
# The Billium key "Sandbox bootstrap" (key_00000000000000000000000000000002, sk_…): it is the key in use here; a key that manages itself can lock itself out, so manage it elsewhere.
# The team member owner@example.com (tm_00000000000000000000000000000001): the OWNER is managed in Billium's dashboard alone, where ownership is transferred.
### imports.tf
# Once these are applied, this file can be deleted.

import {
  to = keyward_corebill_company.second_studio
  id = "com_000000000001"
}

import {
  to = keyward_corebill_company.my_agency
  id = "com_000000000002"
}

import {
  to = keyward_billium_merchant.my_store
  id = "mer_00000000000000000000000000000001"
}
