import {
  to = keyward_corebill_company.agency
  id = "com_a1b2c3d4e5f6"
}
