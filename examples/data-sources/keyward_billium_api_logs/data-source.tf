# What the merchant's keys did on the day of an incident.
data "keyward_billium_api_logs" "incident" {
  since = "2026-03-14T00:00:00Z"
  until = "2026-03-15T00:00:00Z"
  limit = 1000
}

output "addresses" {
  value = distinct(data.keyward_billium_api_logs.incident.logs[*].ip)
}
