# Keys that can change the team or its keys.
data "keyward_billium_api_keys" "powerful" {
  type       = "SECRET"
  permission = "team:*"
}

# The keys of ephemeral resources, live and revoked.
data "keyward_billium_api_keys" "ephemeral" {
  name_regex      = "^keyward-ephemeral/"
  include_revoked = true
}

output "powerful_keys" {
  value = data.keyward_billium_api_keys.powerful.api_keys[*].name
}
