// Package scan is keyward scan.
package scan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/scan"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Options are what keyward scan is told.
type Options struct {
	*env.Env

	git             bool
	revisions       string
	noAllowComments bool
	keys            string
	offline, verify bool

	// unverified is how many tokens --verify got no answer for.
	unverified int
}

// New returns keyward scan.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Find leaked tokens of both platforms, and tell live ones from dead ones",
		Long: `Find API keys of Corebill and Billium and webhook secrets in files, in directories, in
the history of a git repository (--git) or on stdin (-). It prints the prefix of a token
that its platform shows too, never the token.

Where accounts are configured, it lists their keys, the revoked ones of the last 90 days
included, and compares prefixes: no token that it found goes anywhere. --keys takes a list
that was made elsewhere, for a place without credentials. A prefix never identifies a
key: Corebill's has two characters that differ from key to key, and tokens of other
vendors may begin alike. So it says "possibly", names no key, and prints no command.

Two flags make it certain, and print the key's id: --state compares fingerprints with
the token_fingerprint of states and plans, offline. --verify presents each token to its
platform, which counts as a use of the key; it says before where each token will be sent.

live               the key works: revoke it now with 'keyward keys revoke'
disabled, revoked  the key is switched off, or gone for good
refused            the platform doesn't take the token (--verify)
possibly live, possibly disabled, possibly revoked
                   a key with this prefix is; the token may be another one's
unknown            none of the accounts has such a key, or none was asked: take it for live

The detection is that of gitleaks, with its comment: a line that says gitleaks:allow is
left out, and so are the fingerprints in a .gitleaksignore (json output has them). Tokens
in base64 and the like are found too; archives are not unpacked. The rules are a file for
gitleaks as well: rules/gitleaks.toml.`,
		Example: `  # the working tree, then all of the history
  keyward scan .
  keyward scan --git .

  # what a branch adds, for a merge request
  keyward scan --git --range origin/main..HEAD .

  # a log, a pipe, without asking any platform
  kubectl logs deploy/shop | keyward scan --offline -

  # where there are no credentials: with a list of keys from where there are
  keyward keys list --revoked --output json > keys.json
  keyward scan --keys keys.json .

  # for certain: by the states, and by asking with the tokens themselves
  keyward scan --state states/ .
  keyward scan --verify .

  # for code scanning
  keyward scan --output sarif . > scan.sarif`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), o, args) },
	}
	o.AddAccounts(cmd)
	o.AddOutput(cmd, append(slices.Clone(output.Formats), output.FormatSARIF)...)
	f := cmd.Flags()
	f.BoolVar(&o.git, "git", false, "scan the history of the repository at PATH instead of its files")
	f.StringVar(&o.revisions, "range", "", "`REVISIONS` of --git, such as main..HEAD; all branches, tags and stashes by default")
	f.BoolVar(&o.noAllowComments, "no-allow-comments", false, "find tokens on lines that say gitleaks:allow too")
	f.StringVar(&o.keys, "keys", "", "`FILE` that 'keyward keys list --revoked --output json' wrote, to compare with instead of asking")
	f.BoolVar(&o.offline, "offline", false, "ask no platform")
	f.BoolVar(&o.verify, "verify", false, "present each token to its platform, which tells which key it is and whether it works")
	o.AddState(cmd)
	o.AddFailOn(cmd)
	return cmd
}

func run(ctx context.Context, o *Options, paths []string) error {
	if err := o.check(paths); err != nil {
		return err
	}
	found, err := o.scan(ctx, paths)
	if err != nil {
		return err
	}
	if len(found.Findings) > 0 {
		if err := o.judge(ctx, found); err != nil {
			return err
		}
	}
	for _, note := range found.Notes {
		o.Say("Note: %s.", note)
	}
	for _, skipped := range found.Skipped {
		o.Say("Warning: %s", skipped)
	}
	if err := o.write(found); err != nil {
		return err
	}
	return o.verdict(found, paths)
}

func (o *Options) check(paths []string) error {
	switch {
	case o.offline && o.verify:
		return errors.New("--verify asks the platforms: leave --offline out")
	case o.revisions != "" && !o.git:
		return errors.New("--range is for --git")
	case slices.Contains(paths, env.Stdin) && slices.Contains(o.States, env.Stdin):
		return errors.New("what is scanned and a state can't both come from standard input: name a file for --state")
	case o.git && (len(paths) > 1 || paths[0] == env.Stdin):
		return errors.New("--git takes one PATH: the repository")
	}
	return o.CheckFailOn()
}

func (o *Options) scan(ctx context.Context, paths []string) (*scan.Result, error) {
	ignore, err := scan.ReadIgnore(paths...)
	if err != nil {
		return nil, err
	}
	progress := o.Progress()
	defer progress.Done()
	scanner, err := scan.New(scan.Options{
		NoAllowComments: o.noAllowComments, Ignore: ignore,
		Progress: func(done int) { progress.Step("scanning", done, 0) },
	})
	if err != nil {
		return nil, err
	}
	if o.git {
		return scanner.Git(ctx, paths[0], strings.Fields(o.revisions)...)
	}
	return o.scanPaths(ctx, scanner, paths)
}

func (o *Options) scanPaths(ctx context.Context, scanner *scan.Scanner, paths []string) (*scan.Result, error) {
	files := slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return path == env.Stdin })
	found, err := scanner.Files(ctx, files...)
	if err != nil || len(files) == len(paths) {
		return found, err
	}
	piped, err := scanner.Reader(ctx, env.StdinName, o.OpenStdin())
	if err != nil {
		return nil, err
	}
	found.Findings = append(found.Findings, piped.Findings...)
	found.Scanned += piped.Scanned
	found.Ignored += piped.Ignored
	found.Notes = append(found.Notes, piped.Notes...)
	found.Skipped = append(found.Skipped, piped.Skipped...)
	return found, nil
}

// judge tells live tokens from dead ones, as far as the flags let it.
func (o *Options) judge(ctx context.Context, found *scan.Result) error {
	states, err := o.ReadStates()
	if err != nil {
		return err
	}
	err = scan.Recognize(found.Findings, func(fingerprint string) (string, string, error) {
		key, err := tfstate.OfToken(states, fingerprint)
		if err != nil || key == nil {
			return "", "", err
		}
		return key.ID, key.Address, nil
	})
	if err != nil {
		return err
	}
	var known []scan.Known
	if o.keys != "" {
		if known, err = scan.ReadKnown(o.keys); err != nil {
			return err
		}
		scan.Match(found.Findings, known)
	}
	if o.offline || o.keys != "" && !o.verify {
		return nil
	}
	access, err := o.Accounts()
	switch {
	case errors.Is(err, inventory.ErrNoAccount) && o.AccountsFile == "":
		access = &inventory.Accounts{}
		if !o.verify {
			o.Say("Note: no account is configured, so which of the tokens are live is not known (keyward doctor tells more).")
		}
	case err != nil:
		return err
	}
	var troubles []string
	if o.keys == "" {
		known, troubles = scan.Ask(ctx, access, found.Findings)
		scan.Match(found.Findings, known)
	}
	if o.verify {
		where := scan.Where{
			Accounts: access, Options: o.ClientOptions(),
			CorebillBaseURL: o.Getenv("COREBILL_BASE_URL"), BilliumBaseURL: o.Getenv("BILLIUM_BASE_URL"),
		}
		o.announce(scan.Destinations(where, found.Findings))
		failed := scan.Verify(ctx, where, found.Findings, known)
		o.unverified = len(failed)
		troubles = append(troubles, failed...)
	}
	for _, trouble := range troubles {
		o.Say("Warning: %s", trouble)
	}
	return ctx.Err()
}

// announce says where tokens will be sent, before they are.
func (o *Options) announce(sendings []scan.Sending) {
	for _, s := range sendings {
		o.Say("Sending the token %s… (%s) to %s.", s.Finding.Prefix, s.Finding.Where(), strings.Join(s.Addresses, ", "))
	}
}

// verdict is the command's end: what was found, or that it can't be told.
func (o *Options) verdict(found *scan.Result, paths []string) error {
	looked := output.Count(found.Scanned, "file")
	if o.git {
		looked = output.Count(found.Scanned, "object") + " of git"
	}
	if found.Ignored > 0 {
		looked += fmt.Sprintf(" (%s ignored)", output.Count(found.Ignored, "finding"))
	}
	bad := 0
	for _, f := range found.Findings {
		if o.Fails(f.Severity) {
			bad++
		}
	}
	switch {
	case bad > 0:
		text := summary(found.Findings, looked)
		if len(found.Skipped) > 0 {
			text += "\nThe scan is not complete: see the warnings above."
		}
		return output.Found("%s", text)
	case len(found.Skipped) > 0:
		return errors.New("the scan is not complete: see the warnings above")
	case o.unverified > 0:
		return fmt.Errorf("%s could not be verified: see the warnings above", output.Count(o.unverified, "token"))
	case len(found.Findings) > 0:
		o.Say("%s", summary(found.Findings, looked))
	default:
		o.Say("No token in %s.%s", looked, o.leftOut(found, paths))
	}
	return nil
}

// leftOut says what a scan without a find has not looked at.
func (o *Options) leftOut(found *scan.Result, paths []string) string {
	switch {
	case o.git:
		return ""
	case slices.ContainsFunc(paths, hasHistory):
		return " The git history was not looked at: --git does that."
	case found.Scanned == 0:
		return " There is none there: nothing was looked at."
	default:
		return ""
	}
}

// hasHistory reports whether a path is a working tree of git.
func hasHistory(path string) bool {
	_, err := os.Stat(filepath.Join(path, ".git"))
	return err == nil
}
