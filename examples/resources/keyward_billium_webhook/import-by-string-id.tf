import {
  to = keyward_billium_webhook.payments
  id = "mer_0a1b2c3d4e5f60718293a4b5c6d7e8f9/wh_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
}
