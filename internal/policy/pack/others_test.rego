package keyward.rules.others_test

import data.keyward.rules.admin_member
import data.keyward.rules.company_destroyed
import data.keyward.rules.deletion_protection
import data.keyward.rules.foreign_member
import data.keyward.rules.incomplete_plan
import data.keyward.rules.insecure_webhook
import data.keyward.rules.security_off
import data.keyward.rules.webhook_disabled
import data.keyward.testing

company := "keyward_corebill_company"

test_a_deleted_company if count(company_destroyed.deny) == 1 with input as testing.plan([testing.destroy(company, {"name": "a"})])

test_a_kept_company if count(company_destroyed.deny) == 0 with input as testing.plan([testing.unchanged(company, {"name": "a"})])

test_deletion_protection if {
	count(deletion_protection.deny) == 1 with input as testing.plan([testing.create(company, {"deletion_protection": false})])
	count(deletion_protection.deny) == 0 with input as testing.plan([testing.create(company, {"deletion_protection": true})])
}

member(role) := testing.plan([testing.create("keyward_billium_team_member", {"role": role, "email": "Ann@Example.com"})])

test_an_admin_is_found if count(admin_member.deny) == 1 with input as member("ADMIN")

test_a_member_is_fine if count(admin_member.deny) == 0 with input as member("MEMBER")

test_an_allowed_admin if {
	count(admin_member.deny) == 0 with input as member("ADMIN") with data.keyward.config.allowed_admins as ["ann@example.com"]
}

test_any_domain_is_fine_by_default if {
	count(foreign_member.deny) == 0 with input as member("VIEWER")
	"keyward_billium_team_member.test" in foreign_member.decided with input as member("VIEWER")
}

test_domains if {
	count(foreign_member.deny) == 1 with input as member("VIEWER") with data.keyward.config.allowed_email_domains as ["ample.com"]
	count(foreign_member.deny) == 0 with input as member("VIEWER") with data.keyward.config.allowed_email_domains as ["EXAMPLE.com"]
}

webhook(type, attributes) := testing.plan([testing.create(type, attributes)])

test_webhooks if {
	count(insecure_webhook.deny) == 1 with input as webhook("keyward_corebill_webhook", {"url": "http://example.com"})
	count(insecure_webhook.deny) == 0 with input as webhook("keyward_billium_webhook", {"url": "HTTPS://example.com"})
	count(webhook_disabled.deny) == 1 with input as webhook("keyward_corebill_webhook", {"enabled": false})
	count(webhook_disabled.deny) == 1 with input as webhook("keyward_billium_webhook", {"is_active": false})
	count(webhook_disabled.deny) == 0 with input as webhook("keyward_billium_webhook", {"is_active": true})
}

merchant(before, after) := testing.plan([testing.update("keyward_billium_merchant", before, after)])

test_a_required_factor_that_is_off if {
	count(security_off.deny) == 1 with input as merchant({}, {"enforce_tfa": false})
	count(security_off.deny) == 0 with input as merchant({}, {"enforce_tfa": true})
}

test_a_factor_that_is_switched_off if {
	count(security_off.deny) == 1 with input as merchant({"enforce_passkey": true}, {"enforce_tfa": true, "enforce_passkey": false})
}

test_an_unmanaged_factor_is_decided if {
	unmanaged := object.union(testing.create("keyward_billium_merchant", {}), {"unknown": ["enforce_tfa"]})
	unmanaged.address in security_off.decided with input as testing.plan([unmanaged])
	managed := object.union(unmanaged, {"configured": ["enforce_tfa"]})
	not managed.address in security_off.decided with input as testing.plan([managed])
}

test_an_incomplete_plan if {
	count(incomplete_plan.deny) == 0 with input as testing.plan([])
	count(incomplete_plan.deny) == 1 with input as {"keyward": {"complete": false}}
}
