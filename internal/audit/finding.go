package audit

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Severity is how much a finding matters, on the scale of all commands.
type Severity = report.Severity

// The severities, from the highest to the lowest.
const (
	Critical = report.Critical
	High     = report.High
	Medium   = report.Medium
	Low      = report.Low
	Info     = report.Info
)

// Day is the unit of the thresholds.
const Day = 24 * time.Hour

// Finding is an object that breaks a rule.
type Finding struct {
	// ID is the same in every audit that finds it: the rule's and the object's.
	ID       string           `json:"id"`
	Rule     string           `json:"rule"`
	Severity Severity         `json:"severity"`
	Object   inventory.Object `json:"object"`
	// Title says it in one sentence.
	Title string `json:"title"`
	// File and Address are where the object is declared; empty where it is not.
	File    string `json:"file,omitempty"`
	Address string `json:"address,omitempty"`
	// Evidence is what the finding was made from.
	Evidence []string `json:"evidence"`
	// Differences are between what is declared and what is live.
	Differences []Difference `json:"differences,omitempty"`
	Remedy      Remedy       `json:"remedy"`
	// Accepted is set for what the baseline accepts.
	Accepted *Acceptance `json:"accepted,omitempty"`
}

// Difference is a field that is declared otherwise than it is.
type Difference struct {
	Field    string `json:"field"`
	Declared string `json:"declared"`
	Live     string `json:"live"`
}

// Remedy is what to do.
type Remedy struct {
	// Text says it, Code is the command or the configuration to do it with, if
	// there is one.
	Text string `json:"text"`
	Code string `json:"code,omitempty"`
	// Language of the code.
	Language Language `json:"language,omitempty"`
}

// Language is what a remedy's code is written in.
type Language string

// The two languages.
const (
	Shell Language = "shell"
	HCL   Language = "hcl"
)

// Policy holds the thresholds of the rules. A zero threshold of time switches
// its rule off.
type Policy struct {
	// Within is how far back the logs were read.
	Within time.Duration `json:"-"`
	// NeverUsedAfter is how old a key is that should have been used by now.
	NeverUsedAfter time.Duration `json:"-"`
	// UnusedAfter is how long a key that was used before may rest.
	UnusedAfter time.Duration `json:"-"`
	// MaxAge of a key.
	MaxAge time.Duration `json:"-"`
	// MaxAdmins is how many ADMINs a team may have, its OWNER not counted.
	MaxAdmins int `json:"max_admins"`
	// InvitationAfter is how long an invitation may be open.
	InvitationAfter time.Duration `json:"-"`
	// EmailDomains are those that members may have; nil: any.
	EmailDomains []string `json:"email_domains"`
	// Factors are those that a team must enforce, by the provider's names.
	Factors []string `json:"factors"`
}

// minObserved is how long a key must have existed before what it did says
// anything about what it needs.
const minObserved = 7 * Day

// DefaultPolicy holds the thresholds that the command has by default.
func DefaultPolicy() Policy {
	return Policy{
		Within: 30 * Day, NeverUsedAfter: 7 * Day, UnusedAfter: 90 * Day, MaxAge: 365 * Day, MaxAdmins: 3,
		InvitationAfter: 7 * Day, Factors: []string{"tfa", "email_verified"},
	}
}
