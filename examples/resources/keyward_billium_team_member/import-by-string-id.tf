import {
  to = keyward_billium_team_member.ana
  id = "mer_0a1b2c3d4e5f60718293a4b5c6d7e8f9/tm_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
}
