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

// What a token can be. The possible ones are told from its prefix alone, which fits
// other keys, and other vendors' tokens, too. The others are certain.
const (
	// Live: the key works.
	Live Status = "live"
	// Disabled: the key is switched off, and can be switched on.
	Disabled Status = "disabled"
	// Revoked: the key is gone for good.
	Revoked Status = "revoked"
	// Refused: the platform, asked with the token itself, doesn't take it.
	Refused Status = "refused"
	// PossiblyLive: a key with this prefix works.
	PossiblyLive Status = "possibly live"
	// PossiblyDisabled: a key with this prefix is switched off, and none works.
	PossiblyDisabled Status = "possibly disabled"
	// PossiblyRevoked: all keys with this prefix are gone for good.
	PossiblyRevoked Status = "possibly revoked"
	// Unknown: no account was asked, or none has such a key. It may be another
	// account's, or have been revoked more than 90 days ago.
	Unknown Status = "unknown"
)

// Statuses returns all of them, those that matter most first.
func Statuses() []Status {
	return []Status{Live, PossiblyLive, Unknown, Disabled, PossiblyDisabled, Revoked, PossiblyRevoked, Refused}
}

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
	// Resource is where a state or a plan has it; "" where none that was given does.
	Resource string `json:"resource,omitempty"`

	rules []Rule
}

// Recognize tells for certain which keys the findings are by their fingerprints. of
// returns the key's id and where a state or a plan has it, "" for none.
func Recognize(findings []Finding, of func(fingerprint string) (id, resource string, err error)) error {
	for i := range findings {
		f := &findings[i]
		if f.Rule == WebhookSecret {
			continue
		}
		id, resource, err := of(f.token.Fingerprint())
		if err != nil {
			return err
		}
		if id != "" {
			f.Key = &Known{Object: f.What, ID: id, Status: Unknown, Prefix: f.Prefix, Resource: resource, rules: []Rule{f.Rule}}
			f.settle(Unknown)
		}
	}
	return nil
}

// Match tells what the known keys and webhooks make of the findings: that whose id is
// certain is looked up, the others are compared by their visible prefix alone.
func Match(findings []Finding, known []Known) {
	for i := range findings {
		f := &findings[i]
		if f.Key != nil {
			f.settle(f.lookUp(known))
			continue
		}
		var candidates []Known
		f.Webhooks = nil
		for _, k := range known {
			if k.is(f.Rule) && strings.HasPrefix(f.token.Reveal(), k.Prefix) {
				candidates = append(candidates, k)
			}
		}
		if f.Candidates = len(candidates); f.Rule == WebhookSecret {
			f.Webhooks = candidates
		}
		f.settle(possibly(candidates))
	}
}

func (k Known) is(rule Rule) bool { return slices.Contains(k.rules, rule) }

// lookUp completes the finding's key and returns its status.
func (f *Finding) lookUp(known []Known) Status {
	for _, k := range known {
		if k.ID == f.Key.ID && k.is(f.Rule) {
			k.Resource = f.Key.Resource
			f.Key = &k
			return k.Status
		}
	}
	return Unknown
}

// possibly is what one of the candidates may be: one that works outweighs any number
// that don't.
func possibly(candidates []Known) Status {
	status := Unknown
	for _, k := range candidates {
		switch {
		case k.Status == Live:
			return PossiblyLive
		case k.Status == Disabled:
			status = PossiblyDisabled
		case status == Unknown:
			status = PossiblyRevoked
		}
	}
	return status
}

// settle sets the status, and the severity that follows from it. What is not
// known to be dead is taken for alive, but only what works for certain is critical.
func (f *Finding) settle(status Status) {
	f.Status = status
	switch {
	case status == Revoked, status == Refused, f.Rule == BilliumPublicKey:
		f.Severity = report.Low
	case status == Disabled, status == PossiblyDisabled, status == PossiblyRevoked:
		f.Severity = report.Medium
	case status == Live:
		f.Severity = report.Critical
	default:
		f.Severity = report.High
	}
}
