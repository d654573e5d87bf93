data "keyward_billium_team_members" "admins" {
  role   = "ADMIN"
  status = "ACTIVE"
}

# Invitations that were not accepted in time.
data "keyward_billium_team_members" "expired" {
  status = "EXPIRED"
}

output "admins" {
  value = data.keyward_billium_team_members.admins.team_members[*].email
}
