package sandbox

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

func newEnv(e *env.Env) *cobra.Command {
	var credentials string
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print the variables that the provider reads, as shell exports",
		Long: `Print the six variables that the provider reads, as lines for a POSIX shell to
evaluate. They hold the tokens of the credentials file: evaluate them, don't show them.`,
		Example: `  eval "$(keyward sandbox env --credentials keyward-sandbox.json)"`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := sandbox.ReadCredentials(credentials)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(e.Stdout, exports(c))
			return err
		},
	}
	cmd.Flags().StringVar(&credentials, "credentials", defaultCredentials, "`FILE` that the sandbox wrote")
	return cmd
}

func exports(c sandbox.Credentials) string {
	var b strings.Builder
	for _, variable := range [][2]string{
		{"COREBILL_API_KEY", c.Corebill.APIKey},
		{"COREBILL_COMPANY_ID", c.Corebill.CompanyID},
		{"COREBILL_BASE_URL", c.Corebill.BaseURL},
		{"BILLIUM_API_KEY", c.Billium.APIKey},
		{"BILLIUM_MERCHANT_ID", c.Billium.MerchantID},
		{"BILLIUM_BASE_URL", c.Billium.BaseURL},
	} {
		fmt.Fprintf(&b, "export %s=%s\n", variable[0], quote(variable[1]))
	}
	return b.String()
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// quote makes a text one word of a POSIX shell.
func quote(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
