package validate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// describe turns a validator's errors into findings. name is the parameter's, or
// empty for the body.
func describe(in, name string, err error) []Finding {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var findings []Finding
		for _, e := range many {
			for _, f := range describe(in, name, e) {
				if !slices.Contains(findings, f) {
					findings = append(findings, f)
				}
			}
		}
		return findings
	}
	if errors.Is(err, openapi3filter.ErrInvalidRequired) || errors.Is(err, openapi3filter.ErrInvalidEmptyValue) {
		return []Finding{{In: in, Name: name, Missing: true, Problem: required}}
	}
	var schemaError *openapi3.SchemaError
	if errors.As(err, &schemaError) {
		return describeSchema(in, name, schemaError)
	}
	var requestError *openapi3filter.RequestError
	if errors.As(err, &requestError) && requestError.Parameter != nil {
		return []Finding{{In: in, Name: name, Problem: mustBe(requestError.Parameter.Schema.Value)}}
	}
	return []Finding{{In: in, Name: name, Problem: "is not valid"}}
}

func describeSchema(in, name string, err *openapi3.SchemaError) []Finding {
	path := fieldName(name, err.JSONPointer())
	if err.SchemaField == "properties" {
		// The error names one unknown field in its text only; all of them are found again.
		fields, _ := err.Value.(map[string]any)
		var findings []Finding
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			if err.Schema.Properties[field] == nil {
				findings = append(findings, Finding{In: in, Name: fieldName(path, []string{shown(field)}), Problem: "is not a known field"})
			}
		}
		return findings
	}
	if path == "" {
		path = "body"
	}
	return []Finding{{In: in, Name: path, Missing: err.SchemaField == "required", Problem: problem(path, err)}}
}

// problem says what is wrong with a value, without the value.
func problem(path string, err *openapi3.SchemaError) string {
	s := err.Schema
	switch err.SchemaField {
	case "required":
		return required
	case "nullable":
		return "must not be null"
	case "enum":
		return "must be one of " + choices(path, s.Enum)
	case "minLength":
		return "must be at least " + count(s.MinLength, "character") + " long"
	case "maxLength":
		return "must be at most " + count(*s.MaxLength, "character") + " long"
	case "minimum":
		return "must be at least " + number(*s.Min)
	case "maximum":
		return "must be at most " + number(*s.Max)
	case "minItems":
		return "must have at least " + count(s.MinItems, "item")
	case "maxItems":
		return "must have at most " + count(*s.MaxItems, "item")
	case "uniqueItems":
		return "must not have the same item twice"
	case "minProperties":
		return "must have at least " + count(s.MinProps, "field")
	case "pattern":
		return "must be " + form(s.Pattern)
	default: // type, format
		return mustBe(s)
	}
}

func mustBe(s *openapi3.Schema) string {
	switch {
	case s.Format == "date-time":
		return "must be a date and time as in RFC 3339"
	case s.Type.Is(openapi3.TypeInteger):
		return "must be an integer"
	case s.Type.Is(openapi3.TypeBoolean):
		return "must be true or false"
	case s.Type.Is(openapi3.TypeArray):
		return "must be an array"
	case s.Type.Is(openapi3.TypeObject):
		return "must be a JSON object"
	case s.Type.Is(openapi3.TypeString):
		return "must be a string"
	default:
		return "is not valid"
	}
}

// manyChoices is how many choices a sentence still lists.
const manyChoices = 8

// choices lists an enum's values, or counts them: "the 34 permissions".
func choices(path string, enum []any) string {
	if len(enum) > manyChoices {
		noun, _, _ := strings.Cut(path[strings.LastIndex(path, ".")+1:], "[")
		return fmt.Sprintf("the %d %s", len(enum), noun)
	}
	names := make([]string, len(enum))
	for i, value := range enum {
		names[i] = fmt.Sprint(value)
	}
	return strings.Join(names, ", ")
}

func count(n uint64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.FormatUint(n, 10) + " " + noun
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// fieldName writes a path as JavaScript does: permissions[0], webhook.url.
func fieldName(base string, pointer []string) string {
	for _, part := range pointer {
		switch _, err := strconv.Atoi(part); {
		case err == nil && base != "":
			base += "[" + part + "]"
		case base == "":
			base = part
		default:
			base += "." + part
		}
	}
	return base
}

// maxShown is how much of a name that the client made up is repeated.
const maxShown = 64

// shown makes a client's own name fit for a message.
func shown(name string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, name)
	if runes := []rune(clean); len(runes) > maxShown {
		clean = string(runes[:maxShown]) + "…"
	}
	if clean == "" {
		return `""`
	}
	return clean
}
