package main

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyward/terraform-provider-keyward/internal/resources/corebill"
)

// The baseline is one only as long as it has the same attributes.
func TestAttributesAreThoseOfAKey(t *testing.T) {
	var want, got resource.SchemaResponse
	corebill.NewAPIKey().Schema(t.Context(), resource.SchemaRequest{}, &want)
	key{}.Schema(t.Context(), resource.SchemaRequest{}, &got)
	for name, attribute := range want.Schema.Attributes {
		ours, ok := got.Schema.Attributes[name]
		if !ok {
			t.Errorf("the baseline lacks %s", name)
		} else if !ours.GetType().Equal(attribute.GetType()) {
			t.Errorf("%s is %s, in the provider %s", name, ours.GetType(), attribute.GetType())
		}
	}
	for name := range got.Schema.Attributes {
		if _, ok := want.Schema.Attributes[name]; !ok {
			t.Errorf("the baseline has %s, the provider does not", name)
		}
	}
}
