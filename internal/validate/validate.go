// Package validate has the validators that no library brings: words that a
// platform knows, with its own explanation where one is wrong.
package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Word accepts the strings that check accepts and reports its error on the
// attribute. what names the thing in the summary: "permission level".
func Word(what string, check func(string) error) validator.String {
	return word{what: what, check: check}
}

// Words accepts the sets whose elements Word accepts: at least one, and none of
// them null, which is never the same as not being there.
func Words(what string, check func(string) error) []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1),
		setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(Word(what, check)),
	}
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
