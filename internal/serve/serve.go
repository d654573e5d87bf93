package serve

import (
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is the provider's address in the registry.
const address = "registry.terraform.io/keyward/keyward"

// Provider serves the provider until Terraform ends it. With debug it serves for
// a debugger, whose user sees the logs on the terminal.
func Provider(create func() provider.Provider, debug bool) error {
	tuneCollector(os.Getenv)
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := silence(os.Environ(), os.Setenv); err != nil {
		return err
	}
	return tf6server.Serve(address, func() tfprotov6.ProviderServer { return Server(create()) }, options...)
}

// Server returns the provider as Provider serves it.
func Server(p provider.Provider) tfprotov6.ProviderServer {
	created := providerserver.NewProtocol6(p)()
	if complete, ok := created.(protocolServer); ok {
		return &server{complete}
	}
	return created
}
