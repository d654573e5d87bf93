package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/report"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// findingsOf reads what a deny or warn says: a set or list of texts and objects
// with a message, an address and perhaps a severity and a remedy, or true.
func findingsOf(rule *Rule, set string, value any) ([]Finding, error) {
	base := Finding{Rule: rule.ID, Title: rule.Title, Severity: rule.Severity, Remedy: rule.Remedy}
	if set == warnSet {
		base.Severity = report.Low
	}
	switch v := value.(type) {
	case nil:
		return nil, nil
	case bool:
		if !v {
			return nil, nil
		}
		base.Message = rule.Title
		return []Finding{base}, nil
	case []any:
		var out []Finding
		for _, element := range v {
			f, err := findingOf(base, element)
			if err != nil {
				return nil, fmt.Errorf("an element of %s: %w", set, err)
			}
			out = append(out, f)
		}
		return out, nil
	default:
		return nil, fmt.Errorf("%s must be a set of texts, or of objects with a message", set)
	}
}

func findingOf(f Finding, element any) (Finding, error) {
	fields, ok := element.(map[string]any)
	if !ok {
		text, ok := element.(string)
		if !ok {
			return f, fmt.Errorf("it is %T, and must be a text or an object with a message", element)
		}
		fields = map[string]any{"message": text}
	}
	for name, value := range fields {
		text, ok := value.(string)
		if !ok {
			return f, fmt.Errorf("its %s is no text", name)
		}
		text = mask.Text(text)
		switch name {
		case "message":
			f.Message = text
		case "address":
			f.Address = text
		case "remedy":
			f.Remedy = text
		case "severity":
			severity, err := report.ParseSeverity(text)
			if err != nil {
				return f, err
			}
			f.Severity = severity
		default:
			return f, fmt.Errorf("it has %q, and only message, address, severity and remedy have a meaning", name)
		}
	}
	if f.Message == "" {
		return f, fmt.Errorf("it has no message")
	}
	return f, nil
}

// undecided returns a finding for each object of which the plan doesn't tell what
// the rule needs, unless the rule decided all the same. What no object has is one
// finding: another version of the provider made the plan.
func undecided(rule *Rule, plan *Plan, decided map[string]bool, onlyChanges bool) []Finding {
	var out []Finding
	lacking := map[string]int{}
	for _, o := range plan.Objects {
		if o.After == nil || decided[o.Address] || onlyChanges && !o.Changed() {
			continue
		}
		for _, attribute := range rule.Needs[o.Type] {
			why := o.untold(attribute)
			if why == "" {
				continue
			}
			if why == lacks {
				lacking[o.Type+"."+attribute]++
			} else {
				out = append(out, rule.undecided(o.Address, attribute+" "+why,
					"Make the value known to the plan, for example by applying what it comes from first, or accept the finding as an exception."))
			}
			break
		}
	}
	for _, attribute := range slices.Sorted(maps.Keys(lacking)) {
		out = append(out, rule.undecided("", fmt.Sprintf("%s, of %d in the plan, %s", attribute, lacking[attribute], lacks),
			"Plan with the version of the provider that keyward came with, or leave the rule out with --skip."))
	}
	return out
}

func (r *Rule) undecided(address, why, remedy string) Finding {
	return Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity, Address: address, Undecided: true,
		Message: "can't be told: " + why, Remedy: remedy,
	}
}

const lacks = "is an attribute that the provider's version that made the plan doesn't have"

// untold says why an attribute's value isn't there, or "" where it is.
func (o *Object) untold(attribute string) string {
	parts := strings.Split(attribute, ".")
	for i := range parts {
		prefix := strings.Join(parts[:i+1], ".")
		if slices.Contains(o.Unknown, prefix) {
			return "is known only after the apply"
		}
	}
	if slices.ContainsFunc(o.Unknown, func(path string) bool { return strings.HasPrefix(path, attribute+".") }) {
		return "is known in full only after the apply"
	}
	if _, there := o.After[parts[0]]; !there {
		return lacks
	}
	var value any = o.After
	for _, part := range parts {
		fields, ok := value.(map[string]any)
		if !ok {
			break
		}
		value = fields[part]
	}
	if hasConcealed(value) {
		return "is marked as sensitive, so rules don't see it"
	}
	return ""
}

func hasConcealed(value any) bool {
	switch v := value.(type) {
	case string:
		return v == tfstate.Concealed
	case []any:
		return slices.ContainsFunc(v, hasConcealed)
	default:
		return false
	}
}
