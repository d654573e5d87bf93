package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// idFlags are the flags that take an id.
var idFlags = []string{"scope", "key", "prefix"}

// checkIDs refuses ids that no object has, before anything is asked for.
func checkIDs(cmd *cobra.Command, args []string) error {
	for _, name := range idFlags {
		if flag := cmd.Flags().Lookup(name); flag != nil {
			if err := naming.CheckID("--"+name, flag.Value.String()); err != nil {
				return err
			}
		}
	}
	if !strings.Contains(cmd.Use, " ID") {
		return nil
	}
	for _, id := range args {
		if err := naming.CheckID("the argument", id); err != nil && (strings.HasPrefix(id, "key_") || strings.TrimSpace(id) != id) {
			return err
		}
	}
	return nil
}
