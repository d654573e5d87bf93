// Package report holds what all of keyward's findings have in common: how bad
// they are, and the forms in which other tools read them.
package report

import (
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad a finding is.
type Severity string

// The severities, the worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

var severities = []Severity{Critical, High, Medium, Low, Info}

// Severities returns all of them, the worst first.
func Severities() []Severity { return slices.Clone(severities) }

// ParseSeverity returns the severity of that name. The error names them all.
func ParseSeverity(name string) (Severity, error) {
	if s := Severity(name); slices.Contains(severities, s) {
		return s, nil
	}
	names := make([]string, len(severities))
	for i, s := range severities {
		names[i] = string(s)
	}
	return "", fmt.Errorf("%q is no severity: it must be one of %s", name, strings.Join(names, ", "))
}

// Rank is a number to sort by: 0 for the worst. A word that is no severity ranks
// with the worst, so that nothing is overlooked.
func (s Severity) Rank() int { return max(0, slices.Index(severities, s)) }

// AtLeast reports whether s is as bad as the other, or worse.
func (s Severity) AtLeast(other Severity) bool { return s.Rank() <= other.Rank() }
