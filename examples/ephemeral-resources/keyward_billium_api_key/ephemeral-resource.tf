# A key for this run alone: minted when something is applied, revoked at the end
# of the run, in no plan and in no state.
ephemeral "keyward_billium_api_key" "report" {
  name           = "report"
  permissions    = ["invoice:view", "report:view"]
  open           = terraform.applying
  leftover_after = "2h"
}
