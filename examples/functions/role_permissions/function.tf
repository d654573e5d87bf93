# What a viewer may hold: the action "view" of each domain.
output "viewer" {
  value = provider::keyward::role_permissions("VIEWER")
}
