package validate

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Name accepts the names that people can tell apart in a list: 1 to most
// characters that naming.Check accepts.
func Name(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "name", must: "must be one line of printable characters", says: naming.Check},
	}
}

// ID accepts what may be an id: something without spaces, line breaks and characters that
// can't be seen. what names it: "company_id".
func ID(what string) validator.String {
	return check{what: what, must: "must be an id, without spaces or line breaks", says: func(id string) error {
		err := naming.CheckID(what, id)
		if err != nil && strings.TrimSpace(id) != id {
			err = fmt.Errorf("%w (trimspace() does that)", err)
		}
		return err
	}}
}

// Duration accepts the durations that duration.Positive accepts, of at least a least
// one; 0 for none.
func Duration(least time.Duration) validator.String {
	return check{what: "duration", must: "must be a duration, such as 30m, 24h or 30d", says: func(text string) error {
		d, err := duration.Positive(text)
		if err == nil && d < least {
			return fmt.Errorf("%q is too short: it must be at least %s", text, duration.Short(least))
		}
		return err
	}}
}

// Description accepts 1 to most characters of text as in a name, and line breaks
// between them.
func Description(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "description", must: "must be printable characters", says: naming.CheckDescription},
	}
}
