// Command terraform-provider-keyward is the Terraform provider: nothing but
// serve.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
)

// version is set by the build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version, os.Getenv), providerserver.ServeOpts{
		Address: "registry.terraform.io/keyward/keyward",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
