package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Severity is how bad a finding is.
type Severity = report.Severity

// Status is whether a token works.
type Status string

// What a token can be. Told from its prefix, it is a likelihood: Corebill shows
// two characters that differ from key to key, and Billium thirteen.
const (
	// Live: a key with this prefix works.
	Live Status = "live"
	// Disabled: the key with this prefix is switched off, and can be switched on.
	Disabled Status = "disabled"
	// Revoked: the key with this prefix is gone for good.
	Revoked Status = "revoked"
	// Refused: the platform, asked with the token itself, doesn't take it.
	Refused Status = "refused"
	// Unknown: no account was asked, or none has such a key. It may be another
	// account's, or have been revoked more than 90 days ago.
	Unknown Status = "unknown"
)

// Known is a key or a webhook of the accounts that were asked.
type Known struct {
	// Object is what kind of thing it is, such as "Corebill API key".
	Object string `json:"object"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	// Scope is the company, merchant or organization it belongs to.
	Scope  string `json:"scope"`
	Status Status `json:"status"`
	// Prefix is what the platform shows of its token.
	Prefix string `json:"prefix"`
	// LastUsedAt is nil for what was never used, and for webhooks.
	LastUsedAt *time.Time `json:"last_used_at"`

	rules []Rule
}

// Match tells which of the known keys and webhooks a finding may be, from the
// visible prefix alone, and what that makes of it.
func Match(findings []Finding, known []Known) {
	for i := range findings {
		f := &findings[i]
		f.Matches = []Known{}
		for _, k := range known {
			if k.is(f.Rule) && k.Prefix != "" && strings.HasPrefix(f.token.Reveal(), k.Prefix) {
				f.Matches = append(f.Matches, k)
			}
		}
		f.judge(f.Matches)
	}
}

func (k Known) is(rule Rule) bool { return slices.Contains(k.rules, rule) }

// judge sets the status to the worst that a match has: one that works outweighs
// any number that don't.
func (f *Finding) judge(matches []Known) {
	status := Unknown
	for _, k := range matches {
		if status == Unknown || k.Status.rank() < status.rank() {
			status = k.Status
		}
	}
	if f.Matches == nil {
		f.Matches = []Known{}
	}
	f.settle(status)
}

// rank orders statuses by danger.
func (s Status) rank() int {
	switch s {
	case Live:
		return 0
	case Unknown:
		return 1
	case Disabled:
		return 2
	default:
		return 3
	}
}

// settle sets the status, and the severity that follows from it. What is not
// known to be dead is taken for alive.
func (f *Finding) settle(status Status) {
	f.Status = status
	switch {
	case status == Revoked, status == Refused, f.Rule == BilliumPublicKey:
		f.Severity = report.Low
	case status == Disabled:
		f.Severity = report.Medium
	case status == Live:
		f.Severity = report.Critical
	default:
		f.Severity = report.High
	}
}
