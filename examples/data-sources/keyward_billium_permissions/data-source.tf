# What a member of the team may do with invoices.
data "keyward_billium_permissions" "invoicing" {
  domain = "invoice"
  role   = "MEMBER"
}

output "invoicing" {
  value = data.keyward_billium_permissions.invoicing.permissions[*].name
}
