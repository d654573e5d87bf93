// Command policydocs writes the page about rules for plans: make docs runs it.
package main

import (
	"fmt"
	"os"

	"github.com/keyward/terraform-provider-keyward/internal/policy"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "Error: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: policydocs FILE")
	}
	page, err := policy.Document()
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], []byte("<!-- Generated from internal/policy by make docs. -->\n\n"+page), 0o644) //nolint:gosec // it is documentation
}
