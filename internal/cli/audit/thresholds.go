package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
)

// thresholds are those of the audit's rules, as they were given.
type thresholds struct {
	within, neverUsed, unused, age, invitation string

	admins  int
	domains []string
	factors []string
}

var teamFactors = []string{"tfa", "passkey", "google_login", "github_login", "email_verified"}

func (t *thresholds) add(cmd *cobra.Command) {
	p := audit.DefaultPolicy()
	f := cmd.Flags()
	f.StringVar(&t.within, "within", inDays(p.Within), "how far back api_logs are read, a `DURATION` such as 30d; 0 to leave them out")
	f.StringVar(&t.neverUsed, "never-used-after", inDays(p.NeverUsedAfter), "`DURATION` after which a key should have been used; 0 for never")
	f.StringVar(&t.unused, "unused-after", inDays(p.UnusedAfter), "`DURATION` that a key may rest; 0 for any")
	f.StringVar(&t.age, "max-age", inDays(p.MaxAge), "`DURATION` that a key may live; 0 for any")
	f.StringVar(&t.invitation, "invitation-after", inDays(p.InvitationAfter), "`DURATION` that an invitation may be open; 0 for as long as it is valid")
	f.IntVar(&t.admins, "max-admins", p.MaxAdmins, "`NUMBER` of ADMINs that a team may have, its OWNER not counted")
	f.StringSliceVar(&t.domains, "email-domain", nil, "`DOMAIN` that members' addresses may be in; repeatable. Without it any is allowed")
	f.StringSliceVar(&t.factors, "require-factor", p.Factors, "`FACTORS` that a team must enforce: "+strings.Join(teamFactors, ", ")+"; empty for none")
	env.CompleteWords(cmd, "require-factor", teamFactors)
}

func inDays(d time.Duration) string { return fmt.Sprintf("%dd", d/audit.Day) }

func (t *thresholds) policy() (audit.Policy, error) {
	p := audit.Policy{MaxAdmins: t.admins, EmailDomains: t.domains, Factors: t.factors}
	for _, d := range []struct {
		flag, text string
		to         *time.Duration
	}{
		{"within", t.within, &p.Within}, {"never-used-after", t.neverUsed, &p.NeverUsedAfter}, {"unused-after", t.unused, &p.UnusedAfter},
		{"max-age", t.age, &p.MaxAge}, {"invitation-after", t.invitation, &p.InvitationAfter},
	} {
		var err error
		if *d.to, err = duration.Parse(d.text); err != nil {
			return p, fmt.Errorf("--%s: %w", d.flag, err)
		}
	}
	if t.admins < 0 {
		return p, fmt.Errorf("--max-admins: %d is no number of people", t.admins)
	}
	for _, domain := range t.domains {
		if !strings.Contains(domain, ".") || strings.ContainsAny(strings.TrimPrefix(domain, "@"), "@ /*") {
			return p, fmt.Errorf("--email-domain: %q is no domain: write example.com", domain)
		}
	}
	for _, factor := range t.factors {
		if !slices.Contains(teamFactors, factor) {
			return p, fmt.Errorf("--require-factor: %q is no factor: it must be one of %s", factor, strings.Join(teamFactors, ", "))
		}
	}
	return p, nil
}
