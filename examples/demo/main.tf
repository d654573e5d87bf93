# What `make demo` applies: one key on each platform, rotated by raising
# var.rotation. Credentials come from the environment (`keyward sandbox env`
# prints the lines for a running sandbox).

terraform {
  required_providers {
    keyward = {
      source = "keyward/keyward"
    }
  }
}

provider "keyward" {}

variable "rotation" {
  description = "Raise it to replace both keys: the new key is issued before the old one is revoked."
  type        = number
  default     = 1
}

data "keyward_corebill_company" "agency" {
  slug = "my-agency"
}

resource "keyward_corebill_api_key" "reporting" {
  name             = "reporting"
  company_id       = data.keyward_corebill_company.agency.id
  permission_level = "read"

  rotation = {
    rotate_when_changed = { generation = var.rotation }
    overlap             = "0s" # the old key is revoked in the same apply
  }
}

resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  type        = "SECRET"
  permissions = ["invoice:create", "invoice:view"]

  rotation = {
    rotate_when_changed = { generation = var.rotation }
    overlap             = "0s" # the old key is revoked in the same apply
  }
}
