package audit

import (
	"cmp"
	"slices"
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

// Rule is one thing that an audit looks for.
type Rule struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Why says what is wrong with what breaks it.
	Why string `json:"why"`
	// Severity that its findings usually have.
	Severity Severity `json:"severity"`

	check func(*check)
}

// check is one rule at work.
type check struct {
	*Inventory

	rule   Rule
	policy Policy
	now    time.Time
	index  *index
	// marked are the keys that their names mark, and those that a declaration has in
	// orphaned. Only the rules for those look at them.
	marked []*Key
	found  []Finding
}

// add notes a finding of an object; nil is none. What is empty in it comes from the rule
// and the object.
func (c *check) add(item inventory.Item, f *Finding) {
	if f == nil {
		return
	}
	f.Rule = c.rule.ID
	if f.Object.ID == "" {
		f.Object = item.Ref()
	}
	f.ID = c.rule.ID + "/" + f.Object.ID
	f.Severity = cmp.Or(f.Severity, c.rule.Severity)
	if d := c.index.declared[f.Object.ID]; d != nil && f.File == "" {
		f.File, f.Address = d.File, d.Address
	}
	c.found = append(c.found, *f)
}

// live checks each live object of a type.
func live[T inventory.Item](judge func(*check, T) *Finding) func(*check) {
	return func(c *check) {
		for object := range Live[T](c.Inventory) {
			c.add(object, judge(c, object))
		}
	}
}

// declared checks each declaration.
func declared(judge func(*check, *Declared) *Finding) func(*check) {
	return func(c *check) {
		for _, d := range c.Declared {
			c.add(d, judge(c, d))
		}
	}
}

// marked checks each key that its name marks, or that a declaration has in orphaned.
func marked(judge func(*check, *Key) *Finding) func(*check) {
	return func(c *check) {
		for _, k := range c.marked {
			c.add(k, judge(c, k))
		}
	}
}

// Find holds every rule against the inventory. The findings come with the
// highest severity first.
func Find(in *Inventory, policy Policy, now time.Time) []Finding {
	index := newIndex(in)
	unmarked, marked := in.byMark(index)
	found := []Finding{}
	for _, rule := range rules {
		c := &check{Inventory: unmarked, rule: rule, policy: policy, now: now, index: index, marked: marked}
		rule.check(c)
		found = append(found, c.found...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(ruleRank(a.Rule), ruleRank(b.Rule)),
			compareObjects(a.Object, b.Object), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// byMark returns the inventory without the keys that their names mark or that a
// declaration has in orphaned, and these.
func (in *Inventory) byMark(index *index) (unmarked *Inventory, marked []*Key) {
	rest := *in
	rest.Live = nil
	for _, object := range in.Live {
		if k, ok := object.(*Key); ok && (k.Mark != "" || index.orphaned[k.ID] != nil) {
			marked = append(marked, k)
		} else {
			rest.Live = append(rest.Live, object)
		}
	}
	return &rest, marked
}
