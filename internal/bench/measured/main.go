// Command measured stands in for a plugin: it runs the plugin of its own name
// and writes down what that used. Terraform takes it for the plugin, whose
// standard streams are its own.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/keyward/terraform-provider-keyward/internal/bench/usage"
)

func main() {
	code, err := run(os.Getenv(usage.PluginsVariable), os.Getenv(usage.FileVariable))
	if err != nil {
		fmt.Fprintln(os.Stderr, "measured:", err)
		code = 1
	}
	os.Exit(code)
}

// run runs the plugin in the folder and returns its exit code.
func run(plugins, file string) (int, error) {
	if plugins == "" || file == "" {
		return 0, fmt.Errorf("%s and %s must be set", usage.PluginsVariable, usage.FileVariable)
	}
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("find the plugin's name: %w", err)
	}
	plugin := exec.Command(filepath.Join(plugins, filepath.Base(self))) //nolint:noctx // it ends when Terraform ends it
	plugin.Stdin, plugin.Stdout, plugin.Stderr = os.Stdin, os.Stdout, os.Stderr

	// An interrupt reaches the plugin by itself; the other signal would end this
	// process alone.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := plugin.Start(); err != nil {
		return 0, fmt.Errorf("start the plugin: %w", err)
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				_ = plugin.Process.Signal(s) // it may have ended already
			}
		}
	}()
	if err := usage.Append(file, usage.Record{PID: plugin.Process.Pid}); err != nil {
		return 0, err
	}
	_ = plugin.Wait() // how it ended is its exit code
	return plugin.ProcessState.ExitCode(), usage.Append(file, usage.Of(plugin.ProcessState))
}
