// Package sandbox is keyward sandbox.
package sandbox

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

const (
	defaultCredentials = "keyward-sandbox.json"
	defaultDatabase    = "keyward-sandbox.db"
)

// Options are what keyward sandbox is told.
type Options struct {
	*env.Env

	listen      string
	database    string
	credentials string
	rateLimits  string
	logRequests bool
}

// New returns keyward sandbox.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve both platforms locally, to try declarations on",
		Long: `Serve Corebill and Billium locally, from one database, as their documentation says
they behave: keys, permissions, errors, rate limits and logs.

Corebill is served under /corebill/v1, Billium under /billium/v1 and /billium/api/v1.
The first start makes an organization with two companies, a merchant with an OWNER,
and one key per platform, which the credentials file hands over (mode 0600). Later
starts keep the keys of that file; without the file they make new ones.

Events of customers and invoices are delivered to webhooks for real: signed, and
repeated where an endpoint is in trouble. What is still to be delivered survives a
restart.

The database holds no token, only hashes. It does hold the secrets of webhooks, which
have to sign. SIGINT and SIGTERM end the server in order.
A password in a postgres:// URL is seen by anyone who lists this machine's processes;
PostgreSQL's own PGPASSWORD and PGPASSFILE are read too.`,
		Example: `  # serve, with everything in the current directory
  keyward sandbox

  # in another shell: set the variables that the provider reads
  eval "$(keyward sandbox env)"

  # any free port, PostgreSQL, and no rate limits
  keyward sandbox --listen 127.0.0.1:0 --database postgres://keyward@localhost/keyward --rate-limits off`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8787", "`ADDRESS` to serve at; port 0 is any free one")
	f.StringVar(&o.database, "database", defaultDatabase, "SQLite `FILE`, or a postgres:// URL")
	f.StringVar(&o.credentials, "credentials", defaultCredentials, "`FILE` to hand the keys over in")
	f.StringVar(&o.rateLimits, "rate-limits", string(sandbox.RateLimitsDocumented),
		"`WHICH` of Billium's rate limits apply: documented or off")
	f.BoolVar(&o.logRequests, "log-requests", false, "print a line per request")
	cmd.AddCommand(newEnv(e), newAccept(e))
	return cmd
}

func run(ctx context.Context, o *Options) error {
	rateLimits, err := sandbox.ParseRateLimits(o.rateLimits)
	if err != nil {
		return fmt.Errorf("--rate-limits: %w", err)
	}
	for name, value := range map[string]string{"--listen": o.listen, "--database": o.database, "--credentials": o.credentials} {
		if value == "" {
			return fmt.Errorf("%s must not be empty", name)
		}
	}
	logger := slog.New(slog.NewTextHandler(o.Stderr, nil))
	options := sandbox.Options{
		Database: o.database, Listen: o.listen, CredentialsFile: o.credentials, RateLimits: rateLimits,
		Logger: logger, Ready: o.printReady,
	}
	if o.logRequests {
		options.Requests = logger
	}
	server, err := sandbox.New(ctx, options)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	return server.Serve(ctx)
}

// printReady says where everything is. It prints no token: those are in the
// credentials file alone.
func (o *Options) printReady(ready sandbox.Ready) {
	var b strings.Builder
	fmt.Fprintf(&b, "Keyward sandbox is ready at %s\n\n", ready.Address)
	fmt.Fprintf(&b, "  Corebill     %s/v1\n", ready.CorebillBaseURL)
	fmt.Fprintf(&b, "  Billium      %s/v1  (and /api/v1)\n", ready.BilliumBaseURL)
	fmt.Fprintf(&b, "  Database     %s\n", withoutPassword(o.database))
	origin := "kept from an earlier start"
	if ready.Minted {
		origin = "new keys"
	}
	fmt.Fprintf(&b, "  Credentials  %s  (%s)\n", o.credentials, origin)
	fmt.Fprintf(&b, "  Rate limits  %s\n", o.rateLimits)
	for _, warning := range ready.Warnings {
		fmt.Fprintf(&b, "\nWarning: %s\n", warning)
	}
	fmt.Fprintf(&b, "\nTo use it from another shell:\n\n  eval \"$(%s sandbox env --credentials %s)\"\n\nCtrl-C ends it.\n",
		quote(self()), quote(absolute(o.credentials)))
	// Nothing can be done about a closed stderr.
	_, _ = io.WriteString(o.Stderr, b.String())
}

// self is this program as another shell finds it, wherever that is.
func self() string {
	if path, err := os.Executable(); err == nil {
		return path
	}
	return "keyward"
}

// absolute is a path as another shell finds it, wherever that is.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// withoutPassword is the database as it may be shown.
func withoutPassword(database string) string {
	if !strings.Contains(database, "://") {
		return database
	}
	u, err := url.Parse(database)
	if err != nil {
		return "PostgreSQL"
	}
	query := u.Query()
	query.Del("password")
	query.Del("sslpassword")
	u.RawQuery = query.Encode()
	return u.Redacted()
}
