package billium

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

// UnknownPermissionError is a pattern that means no permission.
type UnknownPermissionError struct {
	// Pattern as it was given.
	Pattern string
	// Suggestion is the pattern that was probably meant, or empty.
	Suggestion string
}

// Error says what is wrong and, where it is known, what was probably meant.
func (e *UnknownPermissionError) Error() string {
	if e.Suggestion != "" {
		return fmt.Sprintf("%q is not a Billium permission. Did you mean %q?", e.Pattern, e.Suggestion)
	}
	return fmt.Sprintf("%q is not a Billium permission. Permissions are written <domain>:<action>, for example invoice:create or invoice:*; the domains are %s.",
		e.Pattern, strings.Join(domainNames(), ", "))
}

// Expand returns what a pattern means, in table order: a permission is itself,
// "invoice:*" every action of a domain, "*:view" an action of every domain that
// has it, "*" and "*:*" all 34. The error is an *UnknownPermissionError.
// Wildcards are Keyward's notation; the platform knows single permissions only.
func Expand(pattern string) ([]Permission, error) {
	if p := Permission(pattern); p.Known() {
		return []Permission{p}, nil
	}
	if pattern == "*" {
		pattern = "*:*"
	}
	domain, action, ok := strings.Cut(pattern, ":")
	if ok && (domain == "*" || action == "*") {
		if matched := match(domain, action); len(matched) > 0 {
			return matched, nil
		}
	}
	return nil, &UnknownPermissionError{Pattern: pattern, Suggestion: nearest(pattern)}
}

// ExpandAll returns what the patterns mean together, in table order without
// doubles. It stops at the first unknown one.
func ExpandAll(patterns []string) ([]Permission, error) {
	var out []Permission
	for _, pattern := range patterns {
		expanded, err := Expand(pattern)
		if err != nil {
			return nil, err
		}
		out = append(out, expanded...)
	}
	return Sort(out), nil
}

func match(domain, action string) []Permission {
	var out []Permission
	for _, p := range all {
		if (domain == "*" || domain == p.Domain()) && (action == "*" || action == p.Action()) {
			out = append(out, p)
		}
	}
	return out
}

func nearest(pattern string) string {
	known := Names(all)
	for _, d := range domains {
		known = append(known, d.Name+":*")
	}
	word, _ := suggest.Nearest(pattern, known)
	return word
}

func domainNames() []string {
	names := make([]string, len(domains))
	for i, d := range domains {
		names[i] = d.Name
	}
	return slices.Clip(names)
}
