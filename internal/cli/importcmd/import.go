// Package importcmd is keyward import: a package can't be named by a keyword.
package importcmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/importer"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Options are what keyward import is told.
type Options struct {
	*env.Env

	out                string
	force, proposeSets bool
}

// New returns keyward import.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Write an existing account as Terraform configuration",
		Long: `Write everything that the configured accounts have as Terraform configuration: a
resource for each object, with references instead of ids, and import blocks. Nothing is
changed on the platforms, and once the imports are applied a plan is empty.

What can't be managed is left out, with a comment that says why: the key that the
provider itself uses, keys whose creation is not finished, ephemeral keys, the OWNER of a
team, expired invitations, names that can't be printed. Keys that were imported have no token in the state, for no platform shows one a
second time.

Keys that have the same permissions could share a permission set. Comments say which;
--propose-sets writes it so, and then a plan shows the sets and the keys that change
over to them.`,
		Example: `  # look at it
  keyward import

  # write it, and take it over (with dev_overrides, without terraform init)
  keyward import --out account
  cd account
  terraform init
  terraform plan
  terraform apply`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), o) },
	}
	o.AddAccounts(cmd)
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "`DIR` to write the files to; standard output where it is not set")
	f.BoolVar(&o.force, "force", false, "overwrite files in DIR that are there already")
	f.BoolVar(&o.proposeSets, "propose-sets", false, "have keys with the same permissions share a permission set")
	return cmd
}

func run(ctx context.Context, o *Options) error {
	access, err := o.Accounts()
	if err != nil {
		return err
	}
	progress := o.Progress()
	result, err := importer.Run(ctx, access, importer.Options{
		ProposeSets: o.proposeSets, Progress: func(what string) { progress.Say("reading %s", what) },
	})
	progress.Done()
	if err != nil {
		return err
	}
	return o.write(result)
}

func (o *Options) write(result *importer.Result) error {
	summary := fmt.Sprintf("%s with import blocks, %s left out: comments say which and why.", output.Count(result.Objects, "resource"), output.Count(result.LeftOut, "object"))
	if o.out == "" {
		for _, file := range result.Files {
			if _, err := fmt.Fprintf(o.Stdout, "# %s\n\n%s\n", file.Name, file.Content); err != nil {
				return err
			}
		}
		o.Say("%s", summary)
		return nil
	}
	if err := writeFiles(o.out, result.Files, o.force); err != nil {
		return err
	}
	o.Say("%s\nWritten to %s. Next: terraform plan in there (and terraform init before it, unless dev_overrides say where the provider is).", summary, o.out)
	return nil
}

// writeFiles writes all files or, where one is there already, none.
func writeFiles(dir string, files []importer.File, force bool) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, file := range files {
		path := filepath.Join(dir, file.Name)
		_, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) || force && err == nil:
		case err == nil:
			return fmt.Errorf("%s is there already, and nothing was written: name another directory, or say --force to overwrite it", path)
		default:
			return err
		}
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
