// Package scan finds leaked tokens of Corebill and Billium with the engine of
// gitleaks and the rules in rules/gitleaks.toml, and tells live ones from dead
// ones. What it returns shows no more of a token than its platform does.
package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Rule is the id of a rule in rules/gitleaks.toml.
type Rule string

// The rules.
const (
	CorebillKey      Rule = "keyward-corebill-api-key"
	BilliumSecretKey Rule = "keyward-billium-secret-key"
	BilliumPublicKey Rule = "keyward-billium-public-key"
	WebhookSecret    Rule = "keyward-webhook-secret"
)

// Rules returns all of them.
func Rules() []Rule { return []Rule{CorebillKey, BilliumSecretKey, BilliumPublicKey, WebhookSecret} }

// Noun says what a rule finds.
func (r Rule) Noun() string {
	switch r {
	case CorebillKey:
		return "Corebill API key"
	case BilliumSecretKey:
		return "Billium secret key"
	case BilliumPublicKey:
		return "Billium public key"
	case WebhookSecret:
		return "webhook secret"
	default:
		return string(r)
	}
}

// Finding is one place where a token is.
type Finding struct {
	Rule Rule `json:"rule"`
	// What is the rule's noun.
	What string `json:"what"`
	// Prefix is what its platform shows of the token.
	Prefix string `json:"prefix"`
	// File is the path as it was named or, in git, from the root of the
	// repository; Message marks one that is no file.
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1, in bytes
	// Encoded tells that the token is not there as it is, but in base64 or the like.
	Encoded bool `json:"encoded"`
	// Commit is the oldest one with this content; nil outside of git.
	Commit *Commit `json:"commit"`
	Status Status  `json:"status"`
	// Verified tells that the status is the platform's own answer to the token.
	Verified bool `json:"verified"`
	// Severity is what the status and the kind of token make of it.
	Severity Severity `json:"severity"`
	// Key is the key whose token it is, for certain; nil where that is not known.
	Key *Known `json:"key"`
	// Candidates is how many keys and webhooks have the token's visible prefix. It may
	// be the token of none of them.
	Candidates int `json:"candidates"`
	// Webhooks are those of the candidates that are webhooks: nothing tells for certain
	// which of them a secret is of.
	Webhooks []Known `json:"webhooks,omitempty"`
	// Fingerprint is gitleaks' name for the finding, as .gitleaksignore takes it.
	Fingerprint string `json:"fingerprint"`

	token client.Secret
}

// Commit is where in a repository's history something comes from.
type Commit struct {
	ID     string `json:"id"`
	Author string `json:"author"`
	Date   string `json:"date"` // RFC 3339
}

// Message is the File of a finding in the message of a commit or a tag.
const Message = "(message)"

// Where is the finding's place on one line.
func (f *Finding) Where() string { return fmt.Sprintf("%s:%d", f.File, f.Line) }

func (f *Finding) fingerprint() string {
	place := fmt.Sprintf("%s:%s:%d", f.File, f.Rule, f.Line)
	if f.Commit != nil {
		return f.Commit.ID + ":" + place
	}
	return place
}

// sortFindings orders findings by place.
func sortFindings(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.commit(), b.commit()), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Prefix, b.Prefix))
	})
}

func (f *Finding) commit() string {
	if f.Commit == nil {
		return ""
	}
	return f.Commit.ID
}

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
