package cli_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
)

// now is the time at which the commands run.
var now = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return pipe(t, "", args...)
}

// pipe runs a command with that stdin.
func pipe(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = cli.Run(t.Context(), around(now, stdin, &out, &err), args)
	return code, out.String(), err.String()
}

// runAt runs a command at another time than now.
func runAt(t *testing.T, at time.Time, args ...string) int {
	t.Helper()
	return cli.Run(t.Context(), around(at, "", io.Discard, io.Discard), args)
}

// runWith runs a command that writes to other places than buffers.
func runWith(t *testing.T, stdout, stderr io.Writer, args ...string) int {
	t.Helper()
	return cli.Run(t.Context(), around(now, "", stdout, stderr), args)
}

func around(at time.Time, stdin string, stdout, stderr io.Writer) *env.Env {
	return &env.Env{Version: "1.2.3", Stdin: strings.NewReader(stdin), Stdout: stdout, Stderr: stderr, Now: func() time.Time { return at }}
}
