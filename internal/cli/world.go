package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// World is what commands take from around them besides their arguments. A zero
// field stands for the real thing.
type World struct {
	// Version of keyward, as the linker sets it, or empty.
	Version string
	Stdin   io.Reader
	Getenv  func(string) string
	// Now is the clock.
	Now func() time.Time
	// Sleep waits until the time has passed or the context has ended, and then
	// returns the context's error.
	Sleep func(context.Context, time.Duration) error
	// AfterFunc calls f once the time has passed, unless stop was called before.
	AfterFunc func(d time.Duration, f func()) (stop func())
	// Exec runs a program that is on PATH and returns what it says on stdout. An
	// error that is exec.ErrNotFound means that there is none.
	Exec func(ctx context.Context, name string, args ...string) ([]byte, error)

	// waits are how long requests may wait, and who is told of that.
	waits *waits
}

func (w World) withDefaults() World {
	w.Version = versionOr(w.Version)
	if w.Stdin == nil {
		w.Stdin = os.Stdin
	}
	if w.Getenv == nil {
		w.Getenv = os.Getenv
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	if w.Sleep == nil {
		w.Sleep = sleep
	}
	if w.Exec == nil {
		w.Exec = run
	}
	w.waits = newWaits()
	return w
}

// clientOptions are those of every client that a command makes.
func (w World) clientOptions() client.Options {
	return client.Options{
		UserAgent: "keyward/" + w.Version, Now: w.Now, Sleep: w.Sleep,
		MaxWait: w.waits.max, MaxWaitSetting: "--max-wait", Observe: w.waits.observe,
		AfterFunc: w.AfterFunc, Shared: w.waits.shared,
	}
}

func run(ctx context.Context, name string, args ...string) ([]byte, error) {
	return exec.CommandContext(ctx, name, args...).Output() //nolint:gosec // its callers name the programs themselves
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
