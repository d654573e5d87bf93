// Command baseline is the least that a Terraform provider can be: one resource
// with the attributes of keyward_corebill_api_key, which calls no platform, served
// the ordinary way. What its plans cost is what the plugin framework costs.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return baseline{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/keyward/baseline"})
	if err != nil {
		log.Fatal(err)
	}
}

type baseline struct{}

func (baseline) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "baseline"
}

func (baseline) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (baseline) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (baseline) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (baseline) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return key{} }}
}
