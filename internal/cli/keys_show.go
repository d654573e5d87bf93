package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// showFlags are the flags of keyward keys show.
type showFlags struct {
	accounts string
	states   []string
	uses     int
	format   output.Format
}

func newKeysShow(world World) *cobra.Command {
	var flags showFlags
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
		RunE: func(cmd *cobra.Command, args []string) error {
			return world.show(cmd, flags, args[0])
		},
	}
	inventory.AddFlag(cmd, &flags.accounts)
	output.AddFlag(cmd, &flags.format)
	addStateFlag(cmd, &flags.states)
	cmd.Flags().IntVar(&flags.uses, "uses", 10, "`NUMBER` of last requests to show")
	return cmd
}

func (w World) show(cmd *cobra.Command, flags showFlags, reference string) error {
	if flags.uses < 0 {
		return fmt.Errorf("--uses must not be negative, and is %d", flags.uses)
	}
	inv, err := w.inv(flags.accounts)
	if err != nil {
		return err
	}
	states, err := readStates(cmd, flags.states, reference)
	if err != nil {
		return err
	}
	targets, err := w.targets(cmd, reference, inv.Find)
	if err != nil {
		return err
	}
	out, failed := cmd.OutOrStdout(), 0
	for i, t := range targets {
		var uses []inventory.Request
		if t.err = t.find(cmd.Context(), inv, states); t.err == nil {
			uses, t.err = inv.Uses(cmd.Context(), t.key, flags.uses)
		}
		if t.err != nil {
			failed++
			err = t.fail(out, cmd.ErrOrStderr(), flags.format, "Not shown", len(targets))
		} else {
			if i > 0 && flags.format != output.FormatJSON {
				_, err = fmt.Fprintln(out)
			}
			err = errors.Join(err, w.showKey(out, flags.format, t, uses, output.Color(out, w.Getenv)))
		}
		if err != nil {
			return err
		}
	}
	return notAll(failed, len(targets))
}

// keyRecord is what json shows of a key.
type keyRecord struct {
	pastedAt
	inventory.Key

	// Uses are its last requests, oldest first.
	Uses []inventory.Request `json:"uses"`
}

func (w World) showKey(out io.Writer, format output.Format, t target, uses []inventory.Request, color bool) error {
	if format == output.FormatJSON {
		if uses == nil {
			uses = []inventory.Request{}
		}
		return output.JSON(out, keyRecord{t.at(), t.key, uses})
	}
	fields := w.keyFields(t.key, uses)
	facts := output.Listing{Header: []string{"FIELD", "VALUE"}, Rows: fields, Color: color, Paint: func(_, column int) output.Paint {
		if column == 0 {
			return output.Faint
		}
		return output.Plain
	}}
	if err := facts.Write(out, format); err != nil || format == output.FormatCSV {
		return err
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	listing := requestListing(uses, color)
	listing.None = "The log has no request of this key."
	return listing.Write(out, format)
}

// keyFields is a key as pairs of a word and a value.
func (w World) keyFields(key inventory.Key, uses []inventory.Request) [][]string {
	now := w.Now()
	fields := [][]string{
		{"id", key.ID},
		{"name", key.Name},
		{"platform", key.Platform},
		{"belongs to", belongs(key)},
		{"key prefix", key.KeyPrefix},
		{"status", key.State()},
		{"access", key.Access()},
	}
	if len(key.Permissions) > 0 {
		fields = append(fields, []string{"permissions", strings.Join(key.Permissions, " ")})
	}
	if key.PermissionSetID != nil {
		fields = append(fields, []string{"permission set", *key.PermissionSetID})
	}
	fields = append(fields,
		[]string{"created", stamp(key.CreatedAt) + " (" + ago(key.CreatedAt, now) + ")"},
		[]string{"created by", key.CreatedBy})
	if key.RevokedAt != nil {
		fields = append(fields, []string{"revoked", stamp(*key.RevokedAt) + " (" + ago(*key.RevokedAt, now) + ")"})
	}
	return append(fields, []string{"last used", w.lastUse(key, uses)})
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
func (w World) lastUse(key inventory.Key, uses []inventory.Request) string {
	now := w.Now()
	// A request that was refused is no use, and one of this program says nothing
	// about who else uses the key.
	own := false
	for _, r := range slices.Backward(uses) {
		used := r.Status < 400
		own = own || used && client.WithoutNonce(r.UserAgent) == w.clientOptions().UserAgent
		if used && client.WithoutNonce(r.UserAgent) != w.clientOptions().UserAgent {
			return fmt.Sprintf("%s (%s), from %s by %s: %s %s", stamp(r.CreatedAt), ago(r.CreatedAt, now), r.IP, w.program(r.UserAgent), r.Method, r.Path)
		}
	}
	switch {
	case key.LastUsedAt != nil:
		return stamp(*key.LastUsedAt) + " (" + ago(*key.LastUsedAt, now) + ")"
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
func (w World) program(userAgent string) string {
	switch client.WithoutNonce(userAgent) {
	case "":
		return "a program that doesn't say its name"
	case w.clientOptions().UserAgent:
		return w.clientOptions().UserAgent + " (maybe this very command)"
	default:
		return output.Clean(userAgent)
	}
}
