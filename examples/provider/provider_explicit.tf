# Each value may be given here too. A platform that is left out altogether is
# simply not used.
variable "corebill_api_key" {
  type      = string
  sensitive = true
}

provider "keyward" {
  alias = "explicit"

  corebill = {
    api_key    = var.corebill_api_key
    company_id = "com_a1b2c3d4e5f6"
  }
}
