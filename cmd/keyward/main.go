// Command keyward is what runs around the Terraform provider of the same name.
package main

import (
	"os"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
)

// version is set by the linker.
var version string

func main() {
	os.Exit(cli.Main(version, os.Args[1:]))
}
