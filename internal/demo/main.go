// Command demo shows Keyward at work, from a declaration to a rotated key: it
// starts a sandbox of both platforms, applies examples/demo through Terraform
// with the provider in bin/, uses the keys, rotates them and destroys them.
//
// It meets the two binaries as a user would, over their command lines and over
// HTTP, and therefore shares no code with them. `make demo` builds and runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	bin := flag.String("bin", "bin", "folder with the provider and the keyward binary; the log is written there too")
	example := flag.String("example", "examples/demo", "folder with the Terraform configuration to apply")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, *bin, *example)
	stop()
	os.Exit(code)
}

// run plays the demo and returns the process's exit code.
func run(ctx context.Context, bin, example string) int {
	screen := newScreen(os.Stdout, coloured(os.Stdout))
	stage, err := newStage(ctx, bin, example)
	if err == nil {
		err = play(ctx, stage, screen)
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if err = errors.Join(err, stage.close()); err != nil {
		screen.failure(err.Error(), stage.whereToLook())
		return 1
	}
	screen.done()
	return 0
}
