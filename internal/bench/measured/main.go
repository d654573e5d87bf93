//go:build unix

// Command measured stands in for a plugin: it runs the plugin of its own name
// and writes down what that used. Terraform takes it for the plugin, whose
// standard streams are its own.
//
// KEYWARD_BENCH_PLUGINS is the folder of the plugins, KEYWARD_BENCH_USAGE the file
// to write: a line "start" for each start, and for each end a line "end" with the
// nanoseconds of CPU and the bytes of memory that were resident at most.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

func main() {
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "measured:", err)
		code = 1
	}
	os.Exit(code)
}

// run runs the plugin and returns its exit code.
func run() (code int, err error) {
	// Lines are written at once, so that several plugins may share the file.
	file, err := os.OpenFile(os.Getenv("KEYWARD_BENCH_USAGE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	plugin := exec.Command(filepath.Join(os.Getenv("KEYWARD_BENCH_PLUGINS"), filepath.Base(os.Args[0]))) //nolint:noctx // it ends when Terraform ends it
	plugin.Stdin, plugin.Stdout, plugin.Stderr = os.Stdin, os.Stdout, os.Stderr
	// An interrupt reaches the plugin by itself; the other signal would end this
	// process alone.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := plugin.Start(); err != nil {
		return 0, err
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				_ = plugin.Process.Signal(s) // it may have ended already
			}
		}
	}()
	if _, err := fmt.Fprintln(file, "start"); err != nil {
		return 0, err
	}
	_ = plugin.Wait() // how it ended is its exit code
	ended, peak := plugin.ProcessState, int64(0)
	if used, ok := ended.SysUsage().(*syscall.Rusage); ok {
		peak = used.Maxrss
	}
	if runtime.GOOS != "darwin" { // it counts in bytes, all others in kibibytes
		peak *= 1024
	}
	_, err = fmt.Fprintln(file, "end", int64(ended.UserTime()+ended.SystemTime()), peak)
	return ended.ExitCode(), err
}
