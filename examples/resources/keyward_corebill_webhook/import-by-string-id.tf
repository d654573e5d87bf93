import {
  to = keyward_corebill_webhook.orders
  id = "com_a1b2c3d4e5f6/wh_a1b2c3d4e5f6"
}
