package tfstate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Concealed stands for a sensitive value: one can tell that there is one, and not print
// it.
const Concealed = "(sensitive value)"

// Concealed returns the whole of a plan as JSON values, in which every value that the plan
// marks as sensitive is replaced by the constant Concealed, and every token is cut to its
// prefix. tokens are the places where those were, sorted.
func (d Document) Concealed() (plan map[string]any, tokens []string, err error) {
	if plan, err = concealed(d.text); err != nil {
		return nil, nil, err
	}
	tokens = []string{}
	maskTokens("", plan, &tokens)
	slices.Sort(tokens)
	return plan, tokens, nil
}

// ConcealedChange is a change in which what is sensitive is replaced as in
// Document.Concealed.
type ConcealedChange struct {
	// Before and After are the object's attributes; nil where it doesn't exist.
	Before, After map[string]any
	// AfterUnknown is true, or has true in it, for what is known only after the apply.
	AfterUnknown any
}

// Concealed decodes a change for anyone who shows it.
func (c Change) Concealed() (ConcealedChange, error) {
	change, err := concealed(c.Raw)
	maskTokens("", change, &[]string{})
	return ConcealedChange{attributes(change["before"]), attributes(change["after"]), change["after_unknown"]}, err
}

func attributes(value any) map[string]any {
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	default:
		return map[string]any{} // all of it is sensitive
	}
}

// concealed decodes a plan or a part of one, keeping numbers as they are written, and
// conceals what it marks as sensitive.
func concealed(text json.RawMessage) (decoded map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		return nil, err
	}
	concealMarked(decoded)
	// A variable's mark is in the configuration alone.
	declared := member(member(member(decoded, "configuration"), "root_module"), "variables")
	for name, variable := range member(decoded, "variables") {
		if value, ok := variable.(map[string]any); ok && member(declared, name)["sensitive"] == true {
			value["value"] = Concealed
		}
	}
	return decoded, nil
}

// member returns an object that is in another one, nil where there is none.
func member(object map[string]any, name string) map[string]any {
	inner, _ := object[name].(map[string]any)
	return inner
}

// concealMarked conceals the values beside before_sensitive, after_sensitive and
// sensitive_values, and those of outputs and variables that are sensitive, wherever they
// are. What other providers have among an object's attributes is no mark.
func concealMarked(part any) {
	switch part := part.(type) {
	case map[string]any:
		for name, value := range part {
			marks, marked := part[name+"_sensitive"]
			if !marked {
				marks, marked = part["sensitive_"+name]
			}
			switch {
			case marked:
				part[name] = conceal(value, marks)
			case (name == "value" || name == "default") && part["sensitive"] == true:
				part[name] = Concealed
			default:
				concealMarked(value)
			}
		}
	case []any:
		for _, element := range part {
			concealMarked(element)
		}
	}
}

// conceal replaces what the marks say: true, or a structure like that of the value with
// true in it.
func conceal(value, marks any) any {
	switch mark := marks.(type) {
	case bool:
		if mark && value != nil {
			return Concealed
		}
	case map[string]any:
		if v, ok := value.(map[string]any); ok {
			for name, part := range mark {
				if _, there := v[name]; there {
					v[name] = conceal(v[name], part)
				}
			}
		}
	case []any:
		if v, ok := value.([]any); ok {
			for i, part := range mark[:min(len(mark), len(v))] {
				v[i] = conceal(v[i], part)
			}
		}
	}
	return value
}

// maskTokens cuts every token in the strings below a value to its prefix, names of
// attributes included, and adds where they were.
func maskTokens(at string, value any, places *[]string) any {
	switch v := value.(type) {
	case string:
		if mask.Has(v) {
			*places = append(*places, at)
			return mask.Text(v)
		}
	case map[string]any:
		for name, part := range v {
			clean := mask.Text(name)
			masked := maskTokens(strings.TrimPrefix(at+"."+clean, "."), part, places)
			if clean != name {
				delete(v, name)
			}
			v[clean] = masked
		}
	case []any:
		for i := range v {
			v[i] = maskTokens(at+"."+fmt.Sprint(i), v[i], places)
		}
	}
	return value
}
