// Package sandboxtest runs a sandbox inside a test, and lets the test see and
// change what the platforms' dashboards would.
package sandboxtest

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// Credentials has the shape of the credentials file.
type Credentials = sandbox.Credentials

// Sandbox is a running one. It ends with its test.
type Sandbox struct {
	// URL is where it listens; the base URLs in Credentials are below it.
	URL string
	// Credentials are the bootstrap keys: an organization's admin key, and a
	// secret key of the OWNER.
	Credentials Credentials
	// SecondCompanyID is the company that Credentials does not name.
	SecondCompanyID string
	// OwnerID is the team member whose role is OWNER.
	OwnerID string

	options sandbox.Options
	server  *sandbox.Server
	http    *httptest.Server
	output  *output
	traffic traffic
	// tokenStart is what the next tokens begin with.
	tokenStart atomic.Pointer[string]
}

type options struct {
	sandbox.Options
	from string
}

// Option of Start.
type Option func(*options)

// WithDocumentedLimits turns Billium's rate limits on.
func WithDocumentedLimits() Option {
	return func(o *options) { o.RateLimits = sandbox.RateLimitsDocumented }
}

// WithDatabase names the database: a postgres:// URL or an SQLite file's path.
func WithDatabase(url string) Option { return func(o *options) { o.Database = url } }

// WithClock replaces the clock.
func WithClock(now func() time.Time) Option { return func(o *options) { o.Now = now } }

// From starts it on a copy of what Save has written to a directory.
func From(dir string) Option { return func(o *options) { o.from = dir } }

// Start starts a sandbox: on SQLite in the test's temporary directory and with no
// rate limits, unless options say otherwise. It fails the test where it can't.
func Start(t testing.TB, opts ...Option) *Sandbox {
	t.Helper()
	dir := t.TempDir()
	o := options{Options: sandbox.Options{
		Database:        filepath.Join(dir, "sandbox.db"),
		CredentialsFile: filepath.Join(dir, "credentials.json"),
		RateLimits:      sandbox.RateLimitsOff,
	}}
	for _, opt := range opts {
		opt(&o)
	}
	if o.from != "" {
		must(t, "copying the saved sandbox", os.CopyFS(dir, os.DirFS(o.from)))
	}
	s := &Sandbox{options: o.Options, output: &output{}}
	s.options.TokenStart = func() string {
		if chosen := s.tokenStart.Load(); chosen != nil {
			return *chosen
		}
		return ""
	}
	lines := slog.New(slog.NewTextHandler(s.output, nil))
	s.options.Logger, s.options.Requests = lines, lines
	s.open(t, "127.0.0.1:0")
	t.Cleanup(func() { s.close(t) })
	s.OwnerID = s.server.Dashboard().OwnerID()
	s.SecondCompanyID = s.otherCompany(t)
	return s
}

func (s *Sandbox) open(t testing.TB, address string) {
	t.Helper()
	server, err := sandbox.New(t.Context(), s.options)
	if err != nil {
		t.Fatalf("starting the sandbox: %v", err)
	}
	s.server = server
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("starting the sandbox: %v", err)
	}
	s.http = &httptest.Server{
		Listener: listener,
		Config:   &http.Server{Handler: s.traffic.before(server.Handler()), ReadHeaderTimeout: time.Minute},
	}
	s.http.Start()
	s.URL = s.http.URL
	handover, err := server.HandOver(t.Context(), s.URL)
	if err != nil {
		t.Fatalf("starting the sandbox: %v", err)
	}
	s.Credentials = handover.Credentials
}

func (s *Sandbox) close(t testing.TB) {
	t.Helper()
	s.http.Close()
	// The test's own context is done by the time its cleanups run.
	if err := s.server.Close(withoutCancel(t)); err != nil {
		t.Errorf("closing the sandbox: %v", err)
	}
}

// Restart ends the server and starts it again on the same database, at the same
// address and with the same credentials. Interceptors and requests stay.
func (s *Sandbox) Restart(t testing.TB) {
	t.Helper()
	s.close(t)
	s.open(t, strings.TrimPrefix(s.URL, "http://"))
}

// Save writes the SQLite database and the credentials to a directory, for From. The
// server is restarted for it.
func (s *Sandbox) Save(t testing.TB, dir string) {
	t.Helper()
	s.close(t)
	for _, file := range append(s.DatabaseFiles(), s.options.CredentialsFile) {
		content, err := os.ReadFile(file)
		must(t, "saving the sandbox", err)
		must(t, "saving the sandbox", os.WriteFile(filepath.Join(dir, filepath.Base(file)), content, 0o600))
	}
	s.open(t, strings.TrimPrefix(s.URL, "http://"))
}

// StartTokens has the tokens of all keys made from now on begin, after sk_live_,
// sk_ or pk_, with these characters (a-z, A-Z, 0-9): two for keys that Corebill
// shows with one prefix, 13 for such keys of Billium. "" makes them random again.
func (s *Sandbox) StartTokens(with string) { s.tokenStart.Store(&with) }

// Output is everything the server has logged, its requests included.
func (s *Sandbox) Output() string { return s.output.String() }

// DatabaseFiles returns the SQLite files: the database, and -wal and -shm where
// they are there. There are none for PostgreSQL.
func (s *Sandbox) DatabaseFiles() []string {
	if strings.Contains(s.options.Database, "://") {
		return nil
	}
	files, err := filepath.Glob(s.options.Database + "*")
	if err != nil {
		return nil
	}
	return files
}

// Database is what the sandbox was started with: a path or a postgres:// URL.
func (s *Sandbox) Database() string { return s.options.Database }

// output collects text from many goroutines.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
