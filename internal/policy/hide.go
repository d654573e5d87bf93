package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// concealed stands for a sensitive value: rules can tell that there is one, and
// none can print it.
const concealed = "(sensitive value)"

// conceal returns the attributes with those that are marked sensitive, and every
// token, replaced. marks is before_sensitive or after_sensitive.
func conceal(attributes map[string]any, marks any) map[string]any {
	if attributes == nil {
		return nil
	}
	out, ok := concealValue(attributes, marks).(map[string]any)
	if !ok {
		return map[string]any{} // all of it is sensitive
	}
	maskTokens(out)
	return out
}

func concealValue(value, marks any) any {
	switch mark := marks.(type) {
	case bool:
		if mark && value != nil {
			return concealed
		}
	case map[string]any:
		if v, ok := value.(map[string]any); ok {
			for name, part := range mark {
				if _, there := v[name]; there {
					v[name] = concealValue(v[name], part)
				}
			}
		}
	case []any:
		if v, ok := value.([]any); ok {
			for i, part := range mark {
				if i < len(v) {
					v[i] = concealValue(v[i], part)
				}
			}
		}
	}
	return value
}

// hide conceals what the plan itself marks as sensitive, wherever it repeats it.
func hide(plan map[string]any) {
	for _, list := range []string{"resource_changes", "resource_drift"} {
		for _, element := range asList(plan[list]) {
			hideChange(asMap(asMap(element)["change"]))
		}
	}
	for _, output := range asMap(plan["output_changes"]) {
		hideChange(asMap(output))
	}
	hideModule(asMap(asMap(plan["planned_values"])["root_module"]))
	hideModule(asMap(asMap(asMap(plan["prior_state"])["values"])["root_module"]))
	hideOutputs(asMap(asMap(plan["planned_values"])["outputs"]))
	hideOutputs(asMap(asMap(asMap(plan["prior_state"])["values"])["outputs"]))
	declared := asMap(asMap(asMap(plan["configuration"])["root_module"])["variables"])
	for name, variable := range asMap(plan["variables"]) {
		if asMap(declared[name])["sensitive"] == true {
			asMap(variable)["value"] = concealed
			asMap(declared[name])["default"] = concealed
		}
	}
}

func hideChange(change map[string]any) {
	for value, marks := range map[string]string{"before": "before_sensitive", "after": "after_sensitive"} {
		if change[value] != nil {
			change[value] = concealValue(change[value], change[marks])
		}
	}
}

func hideModule(module map[string]any) {
	for _, resource := range asList(module["resources"]) {
		r := asMap(resource)
		if r["values"] != nil {
			r["values"] = concealValue(r["values"], r["sensitive_values"])
		}
	}
	for _, child := range asList(module["child_modules"]) {
		hideModule(asMap(child))
	}
}

func hideOutputs(outputs map[string]any) {
	for _, output := range outputs {
		if o := asMap(output); o["sensitive"] == true {
			o["value"] = concealed
		}
	}
}

// maskTokens cuts every token in the strings below value to its prefix, names of
// attributes included, and returns where they were.
func maskTokens(value map[string]any) []any {
	places := []string{}
	maskBelow("", value, &places)
	slices.Sort(places)
	out := []any{}
	for _, place := range places {
		out = append(out, place)
	}
	return out
}

func maskBelow(at string, value any, places *[]string) any {
	switch v := value.(type) {
	case string:
		if mask.Has(v) {
			*places = append(*places, at)
			return mask.Text(v)
		}
	case map[string]any:
		for name, part := range v {
			clean := mask.Text(name)
			masked := maskBelow(strings.TrimPrefix(at+"."+clean, "."), part, places)
			if clean != name {
				delete(v, name)
			}
			v[clean] = masked
		}
	case []any:
		for i := range v {
			v[i] = maskBelow(at+"."+fmt.Sprint(i), v[i], places)
		}
	}
	return value
}

// asMap and asList are a value as what it should be; reading the zero value is
// fine, and writing to a nil map is never done.
func asMap(value any) map[string]any {
	m, ok := value.(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return m
}

func asList(value any) []any {
	l, ok := value.([]any)
	if !ok {
		return nil
	}
	return l
}
