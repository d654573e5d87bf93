#!/bin/sh
# Hands the current token from the configuration in keys/ over to the one in
# consumers/, which puts it into a secret store. The token is in no file and in
# no state: only in this process's environment, until the apply is done.
# Usage: hand-over.sh IDENTITY
set -eu

# In this order: should the key be rotated in between, the new token comes with
# the old generation, and the next hand-over writes it.
TF_VAR_checkout_generation=$(terraform -chdir=keys output -raw checkout_generation)
TF_VAR_checkout_token=$(terraform -chdir=keys output -raw checkout_token_encrypted |
	keyward token decrypt --identity "$1")
export TF_VAR_checkout_token TF_VAR_checkout_generation

terraform -chdir=consumers apply -input=false -auto-approve
