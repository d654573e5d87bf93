import {
  to = keyward_corebill_api_key.reporting
  id = "com_a1b2c3d4e5f6/key_a1b2c3d4e5f6"
}
