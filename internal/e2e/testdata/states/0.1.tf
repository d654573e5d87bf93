resource "keyward_corebill_api_key" "reporting" {
  name                = "reporting"
  permission_level    = "read"
  rotation = { overlap = "0s", rotate_when_changed = { generation = 1 } }
}

resource "keyward_billium_api_key" "checkout" {
  name        = "checkout"
  permissions = ["invoice:create", "invoice:view"]
}
