package validate

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/keyward/terraform-provider-keyward/api"
)

// No one is shown a regular expression: each pattern that a request can miss has
// its words.
func TestEveryPatternHasWords(t *testing.T) {
	t.Parallel()
	for name, document := range map[string][]byte{"Corebill": api.Corebill, "Billium": api.Billium} {
		contract, err := Load(document)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for pattern, operation := range contract.operations {
			check := func(s *openapi3.Schema) {
				if s.Pattern == "" {
					return
				}
				seen++
				if words := form(s.Pattern); strings.Contains(words, s.Pattern) {
					t.Errorf("%s: %s: %s has no words", name, pattern, s.Pattern)
				}
			}
			for _, parameter := range operation.parameters {
				walk(parameter.Value.Schema.Value, check)
			}
			walk(operation.body, check)
		}
		if seen == 0 {
			t.Errorf("%s has no pattern", name)
		}
	}
	if got := form("^x$"); got != "of the form ^x$" {
		t.Errorf("got %q", got)
	}
}

func walk(s *openapi3.Schema, visit func(*openapi3.Schema)) {
	if s == nil {
		return
	}
	visit(s)
	if s.Items != nil {
		walk(s.Items.Value, visit)
	}
	for _, property := range s.Properties {
		walk(property.Value, visit)
	}
	for _, all := range s.AllOf {
		walk(all.Value, visit)
	}
}
