// Package validate has the validators that no library brings: words that a
// platform knows, names, descriptions and URLs, each with its own explanation
// where one is wrong.
package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Word accepts the strings that known accepts and reports its error on the
// attribute. what names the thing in the summary: "permission level".
func Word(what string, known func(string) error) validator.String {
	return check{what: what, must: "must be a known " + what, says: known}
}

// Parsed is the error of a function that parses, for Word and Words.
func Parsed[T any](parse func(string) (T, error)) func(string) error {
	return func(text string) error {
		_, err := parse(text)
		return err
	}
}

// URL accepts the URLs that ParseURL accepts. what names the thing in the
// summary: "logo URL".
func URL(what string) validator.String {
	return check{what: what, must: "must be an http or https URL", says: Parsed(ParseURL)}
}

// Words accepts the sets whose elements Word accepts: at least one, and none of
// them null, which is never the same as not being there.
func Words(what string, known func(string) error) []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1),
		setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(Word(what, known)),
	}
}

// check reports what says finds wrong with a string.
type check struct {
	what, must string
	says       func(string) error
}

func (c check) Description(context.Context) string { return c.must }

func (c check) MarkdownDescription(context.Context) string { return c.must }

func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.says(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+c.what, err.Error())
	}
}
