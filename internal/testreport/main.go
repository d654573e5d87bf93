// Command testreport reads `go test -json` on standard input and prints what a
// person needs of it: a line for each package, the output of each test that
// failed, every skipped test with its reason, and a closing line with the
// counts. It exits with 1 if anything failed or no test ran.
package main

import (
	"fmt"
	"os"
)

func main() {
	report := newReport(os.Stdout)
	if err := report.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
	if !report.close() {
		os.Exit(1)
	}
}
