package keys

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// ShowOptions are what keyward keys show is told.
type ShowOptions struct {
	*env.Env

	uses int
}

func newShow(e *env.Env) *cobra.Command {
	o := &ShowOptions{Env: e}
	cmd := &cobra.Command{
		Use:   "show ID|PREFIX|-",
		Short: "Show a key, and who uses it from where",
		Long: `Show everything that is known of a key, revoked in the last 90 days or live, and its
last requests from the platform's log: when, what, from which address and program.

With - any number of tokens are read from standard input, one a line or in whatever a
log has around them. The key of a token is identified by its token_fingerprint in a
--state; otherwise the token is sent to the platform, which says for certain and counts
that as a use of the key. Where a key can't be identified, the exit code is 2.`,
		Example: `  keyward keys show key_a1b2c3d4e5f6
  keyward keys show sk_live_ab --uses 50
  keyward keys show - < leaked-tokens.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return show(cmd.Context(), o, args[0]) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd)
	o.AddState(cmd)
	cmd.Flags().IntVar(&o.uses, "uses", 10, "`NUMBER` of last requests to show")
	return cmd
}

func show(ctx context.Context, o *ShowOptions, reference string) error {
	if o.uses < 0 {
		return fmt.Errorf("--uses must not be negative, and is %d", o.uses)
	}
	return task{find: (*inventory.Inventory).Find, do: o.showTarget, notDone: "Not shown"}.run(ctx, o.Env, reference)
}

func (o *ShowOptions) showTarget(ctx context.Context, inv *inventory.Inventory, _ []tfstate.Resource, t target) (write func() error, err error) {
	uses, err := inv.Uses(ctx, t.key, o.uses)
	return func() error { return o.showKey(t, uses) }, err
}

// keyRecord is what json shows of a key.
type keyRecord struct {
	pastedAt
	inventory.Key

	// Uses are its last requests, oldest first.
	Uses []inventory.Request `json:"uses"`
}

func (o *ShowOptions) showKey(t target, uses []inventory.Request) error {
	if o.Format == output.FormatJSON {
		if uses == nil {
			uses = []inventory.Request{}
		}
		return output.JSON(o.Stdout, keyRecord{t.at(), t.key, uses})
	}
	fields := keyFields(o.Env, t.key, uses)
	facts := output.Listing{Header: []string{"FIELD", "VALUE"}, Rows: fields, Paint: func(_, column int) output.Paint {
		if column == 0 {
			return output.Faint
		}
		return output.Plain
	}}
	if err := o.Print(facts); err != nil || o.Format == output.FormatCSV {
		return err
	}
	if _, err := fmt.Fprintln(o.Stdout); err != nil {
		return err
	}
	listing := env.RequestListing(uses)
	listing.None = "The log has no request of this key."
	return o.Print(listing)
}

// keyFields is a key as pairs of a word and a value.
func keyFields(e *env.Env, key inventory.Key, uses []inventory.Request) [][]string {
	now := e.Now()
	fields := [][]string{
		{"id", key.ID},
		{"name", key.Name},
		{"platform", string(key.Platform)},
		{"belongs to", belongs(key)},
		{"key prefix", key.KeyPrefix},
		{"status", key.State()},
		{"access", key.Access()},
	}
	if len(key.Permissions) > 0 {
		fields = append(fields, []string{"permissions", strings.Join(billium.Names(key.Permissions), " ")})
	}
	if key.PermissionSetID != nil {
		fields = append(fields, []string{"permission set", *key.PermissionSetID})
	}
	fields = append(fields,
		[]string{"created", output.Stamp(key.CreatedAt) + " (" + output.Ago(key.CreatedAt, now) + ")"},
		[]string{"created by", key.CreatedBy})
	if key.RevokedAt != nil {
		fields = append(fields, []string{"revoked", output.Stamp(*key.RevokedAt) + " (" + output.Ago(*key.RevokedAt, now) + ")"})
	}
	return append(fields, []string{"last used", lastUse(e, key, uses)})
}

func belongs(key inventory.Key) string {
	switch {
	case key.Scope == nil:
		return "the organization: it reaches every company"
	case key.ScopeName != "":
		return key.ScopeName + " (" + *key.Scope + ")"
	default:
		return *key.Scope
	}
}

// lastUse says when and from where a key was last used, as far as uses go back.
func lastUse(e *env.Env, key inventory.Key, uses []inventory.Request) string {
	now := e.Now()
	// A request that was refused is no use, and one of this program says nothing
	// about who else uses the key.
	own := false
	for _, r := range slices.Backward(uses) {
		used := r.Status < 400
		own = own || used && client.WithoutNonce(r.UserAgent) == e.UserAgent()
		if used && client.WithoutNonce(r.UserAgent) != e.UserAgent() {
			return fmt.Sprintf("%s (%s), from %s by %s: %s %s", output.Stamp(r.CreatedAt), output.Ago(r.CreatedAt, now), r.IP, program(e, r.UserAgent), r.Method, r.Path)
		}
	}
	switch {
	case key.LastUsedAt != nil:
		return output.Stamp(*key.LastUsedAt) + " (" + output.Ago(*key.LastUsedAt, now) + ")"
	// The key was read before its token was presented.
	case own:
		return "never, but by this command, which presented its token"
	case len(uses) > 0:
		return "never with success"
	default:
		return "never"
	}
}

// program names what made a request.
func program(e *env.Env, userAgent string) string {
	switch client.WithoutNonce(userAgent) {
	case "":
		return "a program that doesn't say its name"
	case e.UserAgent():
		return e.UserAgent() + " (maybe this very command)"
	default:
		return output.Clean(userAgent)
	}
}
