# Permission sets that allow to create invoices.
data "keyward_billium_permission_sets" "invoicing" {
  permission = "invoice:create"
}

output "invoicing_sets" {
  value = {
    for set in data.keyward_billium_permission_sets.invoicing.permission_sets : set.name => set.minimum_role
  }
}
