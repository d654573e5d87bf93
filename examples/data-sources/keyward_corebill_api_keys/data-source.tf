# Keys that may write and that have not been used since the beginning of the year.
data "keyward_corebill_api_keys" "forgotten" {
  permission_level = "write"
  unused_since     = "2026-01-01T00:00:00Z"
}

output "forgotten_keys" {
  value = {
    for key in data.keyward_corebill_api_keys.forgotten.api_keys : key.id => key.name
  }
}
