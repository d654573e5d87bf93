# A key for this run alone: created when something is applied, revoked at the end
# of the run, in no plan and in no state.
ephemeral "keyward_corebill_api_key" "migration" {
  name             = "migration"
  permission_level = "write"
  open             = terraform.applying
}
