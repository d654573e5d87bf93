# The live keys of the provider's company, and the organization's keys.
list "keyward_corebill_api_key" "all" {
  provider = keyward
}

variable "company_id" {
  type = string
}

# Those of another company, at most 20, with all that is known of them.
list "keyward_corebill_api_key" "other" {
  provider         = keyward
  include_resource = true
  limit            = 20

  config {
    company_id = var.company_id
  }
}
