// Package validate has the validators that no library brings: words that a
// platform knows, with its own explanation where one is wrong.
package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Word accepts the strings that check accepts and reports its error on the
// attribute. what names the thing in the summary: "permission level".
func Word(what string, check func(string) error) validator.String {
	return word{what: what, check: check}
}

type word struct {
	what  string
	check func(string) error
}

func (w word) Description(context.Context) string { return "must be a known " + w.what }

func (w word) MarkdownDescription(ctx context.Context) string { return w.Description(ctx) }

func (w word) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := w.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+w.what, err.Error())
	}
}
