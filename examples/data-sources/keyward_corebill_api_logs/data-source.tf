# The last 20 requests that were refused for a lack of permissions.
data "keyward_corebill_api_logs" "refused" {
  status = 403
  limit  = 20
}

output "refused" {
  value = [
    for log in data.keyward_corebill_api_logs.refused.logs : "${log.created_at} ${log.method} ${log.path}"
  ]
}
