# ["invoice:view", "invoice:create", "invoice:edit", "invoice:delete", "report:view"]
output "bookkeeping" {
  value = provider::keyward::expand_permissions(["report:view", "invoice:*"])
}
