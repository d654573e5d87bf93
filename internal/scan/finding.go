// Package scan finds leaked tokens of Corebill and Billium with the engine of
// gitleaks and the rules in rules/gitleaks.toml, and tells live ones from dead
// ones. What it returns shows no more of a token than its platform does.
package scan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
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

// Sort orders findings by place.
func Sort(findings []Finding) {
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
