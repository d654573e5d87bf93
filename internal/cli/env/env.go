// Package env is what the commands of keyward share: their streams, their clock, the
// accounts they work on, and the flags that more than one of them has.
package env

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Env is what commands take from around them besides their arguments. SetDefaults puts
// the real thing in place of a zero field.
type Env struct {
	// Version of keyward, as the linker sets it, or empty.
	Version string
	// Stdin, Stdout and Stderr are a terminal where output.Terminal says so.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	// Now is the clock.
	Now func() time.Time
	// Sleep waits until the time has passed or the context has ended, and then
	// returns the context's error.
	Sleep func(context.Context, time.Duration) error
	// AfterFunc calls f once the time has passed, unless stop was called before. The
	// client has its own where it is nil.
	AfterFunc func(d time.Duration, f func()) (stop func())
	// Exec runs a program that is on PATH and returns its stdout. An error that is
	// exec.ErrNotFound means that there is no such program.
	Exec func(ctx context.Context, name string, args ...string) ([]byte, error)

	// Flags are what the flags say that several commands have.
	Flags

	// shared makes all accounts at an address wait together, and once.
	shared *client.Shared
	// notices guards Stderr: requests are made in parallel.
	notices sync.Mutex
}

// SetDefaults puts the real thing in place of each zero field, and returns e.
func (e *Env) SetDefaults() *Env {
	e.Version = cmp.Or(e.Version, moduleVersion())
	e.Stdin = cmp.Or(e.Stdin, io.Reader(os.Stdin))
	e.Stdout = cmp.Or(e.Stdout, io.Writer(os.Stdout))
	e.Stderr = cmp.Or(e.Stderr, io.Writer(os.Stderr))
	if e.Getenv == nil {
		e.Getenv = os.Getenv
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Sleep == nil {
		e.Sleep = sleep
	}
	if e.Exec == nil {
		e.Exec = run
	}
	e.maxWait, e.shared = budget.DefaultMaxWait, client.NewShared()
	return e
}

// moduleVersion is the version of a binary that go install made.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
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

// UserAgent is what keyward's requests say of themselves.
func (e *Env) UserAgent() string { return "keyward/" + e.Version }

// ClientOptions are those of every client that a command makes.
func (e *Env) ClientOptions() client.Options {
	return client.Options{
		UserAgent: e.UserAgent(), Now: e.Now, Sleep: e.Sleep,
		MaxWait: e.maxWait, MaxWaitSetting: "--max-wait", Observe: e.observe,
		AfterFunc: e.AfterFunc, Shared: e.shared,
	}
}

// Accounts returns the accounts of the file that --accounts names or, without it, those
// of the environment. No account at all is inventory.ErrNoAccount.
func (e *Env) Accounts() (*inventory.Accounts, error) {
	return inventory.Load(e.AccountsFile, e.Getenv, e.ClientOptions())
}

// Inventory returns what is live in the same accounts.
func (e *Env) Inventory() (*inventory.Inventory, error) {
	access, err := e.Accounts()
	if err != nil {
		return nil, err
	}
	return inventory.New(access), nil
}

// ReadStates reads the keys of the states and plans that --state names, for a command that
// concludes nothing from a key that is missing.
func (e *Env) ReadStates() ([]tfstate.Resource, error) {
	return tfstate.ReadKeysWithPlans(e.States, e.ReadFile)
}

// Color reports whether Stdout may be coloured.
func (e *Env) Color() bool { return output.Color(e.Stdout, e.Getenv) }

// Progress shows on Stderr how far a command is.
func (e *Env) Progress() *output.Progress { return output.NewProgress(e.Stderr, e.Now) }

// Print writes a listing to Stdout in the format of --output, coloured where Stdout can
// be.
func (e *Env) Print(l output.Listing) error {
	l.Color = e.Color()
	return l.Write(e.Stdout, e.Format)
}

// Say writes a line for people to Stderr. Nothing can be done about a closed one.
func (e *Env) Say(format string, args ...any) {
	_, _ = fmt.Fprintln(e.Stderr, printable.Text(fmt.Sprintf(format, args...)))
}

// observe tells a person of a long wait.
func (e *Env) observe(_ context.Context, event client.Event) {
	if event.Notice != "" {
		e.notice(event.Notice)
	}
}

// notice is Say for a moment at which a line of progress may be shown.
func (e *Env) notice(text string) {
	e.notices.Lock()
	defer e.notices.Unlock()
	line := output.Clean(text) + "\n"
	if output.Terminal(e.Stderr) {
		line = "\r\x1b[K" + line
	}
	_, _ = io.WriteString(e.Stderr, line) // likewise
}

// RequestStatusColumn is the one that has a colour.
const RequestStatusColumn = 5

// RequestListing is a table of requests, for keys show and logs.
func RequestListing(requests []inventory.Request) output.Listing {
	l := output.Listing{
		Header:  []string{"TIME", "PLATFORM", "KEY", "METHOD", "PATH", "STATUS", "MS", "ADDRESS", "PROGRAM"},
		Records: requests, None: "No requests.",
		Paint: func(row, column int) output.Paint { return PaintRequest(requests[row], column) },
	}
	for _, r := range requests {
		l.Rows = append(l.Rows, RequestRow(r))
	}
	return l
}

// RequestRow is a request in the table's columns.
func RequestRow(r inventory.Request) []string {
	key := "unknown"
	if r.KeyID != nil {
		key = *r.KeyID
	}
	return []string{
		r.CreatedAt.UTC().Format("2006-01-02 15:04:05"), string(r.Platform), key, r.Method, r.Path,
		strconv.Itoa(r.Status), strconv.FormatInt(r.DurationMS, 10), r.IP, client.WithoutNonce(r.UserAgent),
	}
}

// PaintRequest is the colour of a column of a request.
func PaintRequest(r inventory.Request, column int) output.Paint {
	switch {
	case column != RequestStatusColumn:
		return output.Plain
	case r.Status >= 500:
		return output.Red
	case r.Status >= 400:
		return output.Yellow
	default:
		return output.Green
	}
}
