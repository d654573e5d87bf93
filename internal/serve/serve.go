// Package serve serves the provider to Terraform: with no more loggers than are
// asked for, and with memory that does not grow with the length of a run.
package serve

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

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

const (
	// gcPercent lets the heap grow to this much above what lives before it is
	// collected. A plugin's live heap is small and a plan allocates much, so the
	// collector's usual 100 has it run all the time.
	gcPercent = 400
	// memoryLimit bounds, in bytes, what gcPercent may cost: nearing it, the
	// collector runs as often as it takes. It is soft: a heap that lives beyond it
	// is no error.
	memoryLimit = 64 << 20
)

// tuneCollector fits the garbage collector to a plugin's size. What GOGC or
// GOMEMLIMIT of the environment say stands.
func tuneCollector(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
