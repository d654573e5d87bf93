package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	datasourcesbillium "github.com/keyward/terraform-provider-keyward/internal/datasources/billium"
	datasourcescorebill "github.com/keyward/terraform-provider-keyward/internal/datasources/corebill"
	keywardfunctions "github.com/keyward/terraform-provider-keyward/internal/functions"
	resourcesbillium "github.com/keyward/terraform-provider-keyward/internal/resources/billium"
	resourcescorebill "github.com/keyward/terraform-provider-keyward/internal/resources/corebill"
)

// The register: everything that the provider offers, by type. A test walks it
// and asks each entry for its description, example, import and acceptance test.
var (
	resources = []resourceEntry{
		{Type: "keyward_corebill_api_key", New: resourcescorebill.NewAPIKey, List: resourcescorebill.NewAPIKeyList},
		{Type: "keyward_billium_api_key", New: resourcesbillium.NewAPIKey, List: resourcesbillium.NewAPIKeyList},
	}
	dataSources = []dataSourceEntry{
		{Type: "keyward_corebill_company", New: datasourcescorebill.NewCompany},
		{Type: "keyward_corebill_companies", New: datasourcescorebill.NewCompanies},
		{Type: "keyward_billium_merchant", New: datasourcesbillium.NewMerchant},
		{Type: "keyward_billium_permissions", New: datasourcesbillium.NewPermissions},
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

type functionEntry struct {
	Name string
	New  func() function.Function
}
