package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	actionsbillium "github.com/keyward/terraform-provider-keyward/internal/actions/billium"
	actionscorebill "github.com/keyward/terraform-provider-keyward/internal/actions/corebill"
	datasourcesbillium "github.com/keyward/terraform-provider-keyward/internal/datasources/billium"
	datasourcescorebill "github.com/keyward/terraform-provider-keyward/internal/datasources/corebill"
	ephemeralsbillium "github.com/keyward/terraform-provider-keyward/internal/ephemerals/billium"
	ephemeralscorebill "github.com/keyward/terraform-provider-keyward/internal/ephemerals/corebill"
	keywardfunctions "github.com/keyward/terraform-provider-keyward/internal/functions"
	resourcesbillium "github.com/keyward/terraform-provider-keyward/internal/resources/billium"
	resourcescorebill "github.com/keyward/terraform-provider-keyward/internal/resources/corebill"
)

// The register: everything that the provider offers, by type. A test walks it
// and asks each entry for its description, example, import and acceptance test.
var (
	resources = []resourceEntry{
		{Type: "keyward_corebill_api_key", New: resourcescorebill.NewAPIKey, List: resourcescorebill.NewAPIKeyList},
		{Type: "keyward_corebill_company", New: resourcescorebill.NewCompany, List: resourcescorebill.NewCompanyList},
		{Type: "keyward_corebill_webhook", New: resourcescorebill.NewWebhook, List: resourcescorebill.NewWebhookList},
		{Type: "keyward_billium_api_key", New: resourcesbillium.NewAPIKey, List: resourcesbillium.NewAPIKeyList},
		{Type: "keyward_billium_permission_set", New: resourcesbillium.NewPermissionSet, List: resourcesbillium.NewPermissionSetList},
		{Type: "keyward_billium_team_member", New: resourcesbillium.NewTeamMember, List: resourcesbillium.NewTeamMemberList},
		{Type: "keyward_billium_merchant", New: resourcesbillium.NewMerchant, List: resourcesbillium.NewMerchantList},
		{Type: "keyward_billium_webhook", New: resourcesbillium.NewWebhook, List: resourcesbillium.NewWebhookList},
	}
	dataSources = []dataSourceEntry{
		{Type: "keyward_corebill_company", New: datasourcescorebill.NewCompany},
		{Type: "keyward_corebill_companies", New: datasourcescorebill.NewCompanies},
		{Type: "keyward_billium_merchant", New: datasourcesbillium.NewMerchant},
		{Type: "keyward_billium_permissions", New: datasourcesbillium.NewPermissions},
		{Type: "keyward_corebill_api_keys", New: datasourcescorebill.NewAPIKeys},
		{Type: "keyward_billium_api_keys", New: datasourcesbillium.NewAPIKeys},
		{Type: "keyward_billium_team_members", New: datasourcesbillium.NewTeamMembers},
		{Type: "keyward_billium_permission_sets", New: datasourcesbillium.NewPermissionSets},
		{Type: "keyward_corebill_api_logs", New: datasourcescorebill.NewAPILogs},
		{Type: "keyward_billium_api_logs", New: datasourcesbillium.NewAPILogs},
	}
	ephemerals = []ephemeralEntry{
		{Type: "keyward_corebill_api_key", New: ephemeralscorebill.NewAPIKey},
		{Type: "keyward_billium_api_key", New: ephemeralsbillium.NewAPIKey},
	}
	actions = []actionEntry{
		{Type: "keyward_corebill_webhook_ping", New: actionscorebill.NewWebhookPing},
		{Type: "keyward_billium_webhook_ping", New: actionsbillium.NewWebhookPing},
		{Type: "keyward_corebill_api_key_revoke", New: actionscorebill.NewAPIKeyRevoke},
		{Type: "keyward_billium_api_key_revoke", New: actionsbillium.NewAPIKeyRevoke},
		{Type: "keyward_corebill_api_key_rotate", New: actionscorebill.NewAPIKeyRotate},
		{Type: "keyward_billium_api_key_rotate", New: actionsbillium.NewAPIKeyRotate},
	}
	functions = []functionEntry{
		{Name: "expand_permissions", New: keywardfunctions.NewExpandPermissions},
		{Name: "role_permissions", New: keywardfunctions.NewRolePermissions},
		{Name: "minimum_role", New: keywardfunctions.NewMinimumRole},
		{Name: "permissions_missing", New: keywardfunctions.NewPermissionsMissing},
		{Name: "verify_webhook_signature", New: keywardfunctions.NewVerifyWebhookSignature},
	}
)

type resourceEntry struct {
	Type string
	New  func() resource.Resource
	List func() list.ListResource
}

type dataSourceEntry struct {
	Type string
	New  func() datasource.DataSource
}

type ephemeralEntry struct {
	Type string
	New  func() ephemeral.EphemeralResource
}

type actionEntry struct {
	Type string
	New  func() action.Action
}

type functionEntry struct {
	Name string
	New  func() function.Function
}
