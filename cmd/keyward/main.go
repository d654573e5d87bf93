// Command keyward is what runs around the Terraform provider of the same name.
package main

import (
	"os"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
)

// version is set by the linker.
var version string

func main() {
	os.Exit(cli.Main(version, os.Args[1:], cli.World{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
	}))
}
