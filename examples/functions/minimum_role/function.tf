# "MEMBER": a viewer may not create invoices.
output "role_for_invoicing" {
  value = provider::keyward::minimum_role(["*:view", "invoice:create"])
}
