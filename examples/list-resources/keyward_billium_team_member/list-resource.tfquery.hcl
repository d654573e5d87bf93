# The team: members and those who are invited. The OWNER, whom nothing here can
# change, is left out.
list "keyward_billium_team_member" "all" {
  provider = keyward
}
