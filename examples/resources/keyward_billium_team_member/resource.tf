# Invites Ana. Once she accepts, the same resource is her membership.
resource "keyward_billium_team_member" "ana" {
  email = "ana@example.com"
  role  = "ADMIN"
}

# A member who does less than the role allows.
resource "keyward_billium_team_member" "books" {
  email       = "books@example.com"
  role        = "VIEWER"
  permissions = ["invoice:view", "report:view"]
}

output "ana_has_accepted" {
  value = keyward_billium_team_member.ana.status == "ACTIVE"
}
