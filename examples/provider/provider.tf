terraform {
  required_providers {
    keyward = {
      source = "keyward/keyward"
    }
  }
}

# Everything from the environment (see "Environment variables" below). This is
# the form to prefer, for it keeps the keys out of every file.
provider "keyward" {}
