# ["merchant:delete", "merchant:billing"]: what an administrator lacks.
output "owner_alone" {
  value = provider::keyward::permissions_missing(
    provider::keyward::role_permissions("ADMIN"),
    ["*"],
  )
}
