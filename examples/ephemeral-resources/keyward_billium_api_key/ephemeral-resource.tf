# A key for this run alone: created when something is applied, revoked at the end
# of the run, in no plan and in no state.
ephemeral "keyward_billium_api_key" "report" {
  name         = "report"
  permissions  = ["invoice:view", "report:view"]
  open         = terraform.applying
  max_lifetime = "2h" # renewed in time where the run lasts longer
}
