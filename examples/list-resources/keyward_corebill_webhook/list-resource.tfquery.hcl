# The webhooks of the provider's company.
list "keyward_corebill_webhook" "all" {
  provider = keyward
}

variable "company_id" {
  type = string
}

# Those of another company.
list "keyward_corebill_webhook" "other" {
  provider = keyward

  config {
    company_id = var.company_id
  }
}
