package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/importer"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// importFlags are the flags of keyward import.
type importFlags struct {
	accounts, out string

	force, proposeSets bool
}

func newImport(world World) *cobra.Command {
	var flags importFlags
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			access, err := inventory.Load(flags.accounts, world.Getenv, world.clientOptions())
			if err != nil {
				return err
			}
			progress := output.NewProgress(cmd.ErrOrStderr(), world.Now)
			result, err := importer.Run(cmd.Context(), access, importer.Options{
				ProposeSets: flags.proposeSets, Progress: func(what string) { progress.Say("reading %s", what) },
			})
			progress.Done()
			if err != nil {
				return err
			}
			return flags.write(cmd, result)
		},
	}
	inventory.AddFlag(cmd, &flags.accounts)
	f := cmd.Flags()
	f.StringVar(&flags.out, "out", "", "`DIR` to write the files to; standard output where it is not set")
	f.BoolVar(&flags.force, "force", false, "overwrite files in DIR that are there already")
	f.BoolVar(&flags.proposeSets, "propose-sets", false, "have keys with the same permissions share a permission set")
	return cmd
}

func (f importFlags) write(cmd *cobra.Command, result *importer.Result) error {
	summary := fmt.Sprintf("%s with import blocks, %s left out: comments say which and why.\n", count(result.Objects, "resource"), count(result.LeftOut, "object"))
	if f.out == "" {
		for _, file := range result.Files {
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "# %s\n\n%s\n", file.Name, file.Content); err != nil {
				return err
			}
		}
		_, err := io.WriteString(cmd.ErrOrStderr(), summary)
		return err
	}
	if err := writeFiles(f.out, result.Files, f.force); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "%sWritten to %s. Next: terraform plan in there (and terraform init before it, unless dev_overrides say where the provider is).\n", summary, f.out)
	return err
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
