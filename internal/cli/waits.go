package cli

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

// waits are how long a command's requests may wait for rate limits, and where a long
// wait is told.
type waits struct {
	max time.Duration
	// shared makes all accounts at an address wait together, and once.
	shared *client.Shared

	mu     sync.Mutex
	stderr io.Writer
}

func newWaits() *waits {
	return &waits{max: budget.DefaultMaxWait, shared: client.NewShared(), stderr: io.Discard}
}

// addFlag gives every command that has accounts --max-wait.
func (w *waits) addFlag(cmd *cobra.Command) {
	if cmd.Flags().Lookup("accounts") != nil {
		cmd.Flags().Var((*positiveDuration)(&w.max), "max-wait", "how long a platform may answer every request with 429 before keyward gives up: a `TIME` such as 30m")
	}
	for _, command := range cmd.Commands() {
		w.addFlag(command)
	}
}

// observe tells a person of a long wait.
func (w *waits) observe(_ context.Context, event client.Event) {
	if event.Notice == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	line := output.Clean(event.Notice) + "\n"
	if output.Terminal(w.stderr) {
		line = "\r\x1b[K" + line // there may be a line of progress
	}
	_, _ = io.WriteString(w.stderr, line) // nothing can be done about a closed stderr
}

// positiveDuration is a flag that takes a duration which is greater than zero.
type positiveDuration time.Duration

// String returns the duration.
func (d *positiveDuration) String() string { return duration.Short(time.Duration(*d)) }

// Set reads it.
func (d *positiveDuration) Set(text string) error {
	parsed, err := duration.Positive(text)
	if err == nil {
		*d = positiveDuration(parsed)
	}
	return err
}

// Type returns what the help calls the value.
func (d *positiveDuration) Type() string { return "duration" }
