package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// failNever is the value of --fail-on with which no finding ends in exit code 1.
const failNever = "none"

// addFailOn gives the command --fail-on.
func addFailOn(cmd *cobra.Command, value *string, severity report.Severity) {
	words := []string{}
	for _, s := range report.Severities() {
		words = append(words, string(s))
	}
	cmd.Flags().StringVar(value, "fail-on", string(severity),
		"lowest `SEVERITY` that ends with exit code 1: "+strings.Join(words, ", ")+"; none for never")
	completeWords(cmd, "fail-on", append(words, failNever))
}

func checkFailOn(value string) error {
	if value == failNever {
		return nil
	}
	if _, err := report.ParseSeverity(value); err != nil {
		return fmt.Errorf("--fail-on: %w, or none", err)
	}
	return nil
}

// fails reports whether a finding ends in exit code 1.
func fails(s report.Severity, failOn string) bool {
	return failOn != failNever && s.AtLeast(report.Severity(failOn))
}
