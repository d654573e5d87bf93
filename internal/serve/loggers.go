// Package serve serves the provider to Terraform: with no more loggers than are
// asked for, and with memory that does not grow with the length of a run.
package serve

import (
	"fmt"
	"strings"
)

// loggers are the levels of the plugin libraries' loggers and of the provider's
// own, each with its environment variable. They all log everything while their
// variable is not set, whether Terraform shows it or not: a line is encoded, sent
// and parsed, and dropped only then. That is half of what a plan costs the plugin.
// Source: terraform-plugin-go and terraform-plugin-framework, internal/logging.
var loggers = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_KEYWARD"}

// notAsking are variables that begin like those that ask for a plugin's logs: one
// is for the logs of Terraform itself, the others only say where logs go.
var notAsking = map[string]bool{
	"TF_LOG_CORE":               true,
	"TF_LOG_PATH":               true,
	"TF_LOG_PATH_MASK":          true,
	"TF_LOG_SDK_PROTO_DATA_DIR": true,
}

// quietLoggers returns the variables that switch the loggers off: those to set to
// "off" before the provider serves. There are none where a variable of the
// environment ("NAME=value" each) asks for logs: then nothing is changed, not
// even for the loggers that it doesn't name.
func quietLoggers(environment []string) []string {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if asksForLogs(name, value) {
			return nil
		}
	}
	return loggers
}

// silence switches off the loggers that no TF_LOG variable asks for. setenv is os.Setenv
// outside tests; the loggers read the process's environment when they are made.
func silence(environment []string, setenv func(name, value string) error) error {
	for _, name := range quietLoggers(environment) {
		if err := setenv(name, "off"); err != nil {
			return fmt.Errorf("switching the logger %s off: %w", name, err)
		}
	}
	return nil
}

// asksForLogs reports whether a variable asks for logs. Terraform takes a level
// that it doesn't know for TRACE, so that any value but "off" asks.
func asksForLogs(name, value string) bool {
	if name != "TF_LOG" && !strings.HasPrefix(name, "TF_LOG_") || notAsking[name] {
		return false
	}
	return value != "" && !strings.EqualFold(value, "off")
}
