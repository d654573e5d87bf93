package report

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	findings "github.com/keyward/terraform-provider-keyward/internal/report"
)

// documentVersion is that of the JSON form. It changes when a field changes its
// meaning or goes; not when one is added.
const documentVersion = 1

// document is the JSON form of a report.
type document struct {
	Version    int             `json:"version"`
	Summary    summary         `json:"summary"`
	Findings   []audit.Finding `json:"findings"`
	Principals []principal     `json:"principals"`
	Policy     policy          `json:"policy"`
	Made       audit.Made      `json:"made"`
}

type summary struct {
	Open       int                    `json:"open"`
	Accepted   int                    `json:"accepted"`
	BySeverity map[audit.Severity]int `json:"by_severity"`
	Live       live                   `json:"live"`
	Declared   int                    `json:"declared"`
	// Complete tells that there are no gaps.
	Complete bool `json:"complete"`
}

// live counts the live objects.
type live struct {
	Keys        int `json:"keys"`
	Companies   int `json:"companies"`
	Merchants   int `json:"merchants"`
	Members     int `json:"members"`
	Invitations int `json:"invitations"`
	Sets        int `json:"permission_sets"`
	Webhooks    int `json:"webhooks"`
}

// policy is the thresholds in days; 0 is a rule that is off.
type policy struct {
	audit.Policy

	Within          int `json:"within_days"`
	NeverUsedAfter  int `json:"never_used_after_days"`
	UnusedAfter     int `json:"unused_after_days"`
	MaxAge          int `json:"max_age_days"`
	InvitationAfter int `json:"invitation_after_days"`
}

// principal is a key or a member with what it may do and did.
type principal struct {
	audit.Principal

	Prefix     string        `json:"key_prefix,omitempty"`
	Enabled    *bool         `json:"enabled,omitempty"`
	CreatedAt  *time.Time    `json:"created_at,omitempty"`
	LastUsedAt *time.Time    `json:"last_used_at,omitempty"`
	Requests   int           `json:"requests"`
	Refused    int           `json:"refused"`
	Operations []audit.Count `json:"operations,omitempty"`
	Origins    []string      `json:"origins,omitempty"`
}

// busiest is how many operations of a key are told.
const busiest = 10

func newDocument(r *audit.Report) document {
	return document{
		Version: documentVersion, Summary: newSummary(r), Findings: r.Findings,
		Principals: append(principals(r, inventory.Corebill), principals(r, inventory.Billium)...),
		Policy:     newPolicy(r.Policy), Made: r.Made,
	}
}

func newSummary(r *audit.Report) summary {
	open, kinds := len(r.Open()), map[inventory.Kind]int{}
	for _, object := range r.Inventory.Live {
		kinds[object.Ref().Kind]++
	}
	s := summary{
		Open: open, Accepted: len(r.Findings) - open, BySeverity: map[audit.Severity]int{},
		Declared: len(r.Inventory.Declared), Complete: len(r.Made.Gaps) == 0,
		Live: live{
			Keys: kinds[inventory.KindKey], Companies: kinds[inventory.KindCompany], Merchants: kinds[inventory.KindMerchant],
			Members: kinds[inventory.KindMember], Invitations: kinds[inventory.KindInvitation], Sets: kinds[inventory.KindPermissionSet],
			Webhooks: kinds[inventory.KindWebhook],
		},
	}
	counts := r.Count()
	for _, severity := range findings.Severities() {
		s.BySeverity[severity] = counts[severity]
	}
	return s
}

func newPolicy(p audit.Policy) policy {
	days := func(d time.Duration) int { return int(d / audit.Day) }
	return policy{
		Policy: p, Within: days(p.Within), NeverUsedAfter: days(p.NeverUsedAfter), UnusedAfter: days(p.UnusedAfter),
		MaxAge: days(p.MaxAge), InvitationAfter: days(p.InvitationAfter),
	}
}

func principals(r *audit.Report, platform inventory.Platform) []principal {
	out := []principal{}
	for _, p := range r.Inventory.Principals(platform) {
		told := principal{Principal: p}
		if k := p.Key; k != nil {
			told.Prefix, told.Enabled, told.CreatedAt, told.LastUsedAt = k.KeyPrefix, new(k.Status == inventory.Live), &k.CreatedAt, k.LastUsedAt
			if k.Use != nil {
				told.Requests, told.Refused = k.Use.Requests, k.Use.Forbidden+k.Use.Unauthorized
				told.Operations, told.Origins = k.Use.Busiest(busiest), k.Use.Origins
			}
		}
		out = append(out, told)
	}
	return out
}
