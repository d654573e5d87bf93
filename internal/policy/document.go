package policy

import (
	_ "embed" // for the guide
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed guide.md
var guide string

// Document returns the page about rules: how to write them, and the built-in ones
// from their own metadata.
func Document() (string, error) {
	rules, err := Rules()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(guide)
	b.WriteString("\n## The built-in rules\n\n| Rule | Severity | What it finds |\n| --- | --- | --- |\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Title)
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n### %s\n\n%s. Severity: %s.\n\n%s\n\n*What to do:* %s\n", r.ID, r.Title, r.Severity, r.Description, r.Remedy)
		if len(r.Needs) == 0 {
			continue
		}
		b.WriteString("\nIt looks at ")
		var parts []string
		for _, objectType := range slices.Sorted(maps.Keys(r.Needs)) {
			parts = append(parts, fmt.Sprintf("`%s` (`%s`)", objectType, strings.Join(r.Needs[objectType], "`, `")))
		}
		b.WriteString(strings.Join(parts, " and ") + ".\n")
	}
	return b.String(), nil
}
