// Command terraform-provider-keyward is the Terraform provider: nothing but
// serve.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/serve"
)

// endTimeout is what Terraform leaves a plugin to end in (two seconds), less the
// time to be told.
const endTimeout = 1500 * time.Millisecond

// version is set by the build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()
	var open providerdata.OpenEphemerals
	options := provider.Options{Version: version, Getenv: os.Getenv, Now: time.Now, OpenEphemerals: &open}
	err := serve.Provider(provider.New(options), *debug)
	ending, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	open.Revoke(ending)
	if err != nil {
		log.Fatal(err)
	}
}
