package validate

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Name accepts the names that people can tell apart in a list: 1 to most
// characters that CheckName accepts.
func Name(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "name", must: "must be one line of printable characters", says: CheckName},
	}
}

// Description accepts 1 to most characters of text as in a name, and line breaks
// between them.
func Description(most int) []validator.String {
	return []validator.String{
		stringvalidator.UTF8LengthBetween(1, most),
		check{what: "description", must: "must be printable characters", says: checkDescription},
	}
}

// CheckName says what is wrong with a name: that nobody could read it, or tell
// it from another one. Its length is no concern of it.
func CheckName(name string) error { return checkText("name", name, unicode.IsPrint) }

func checkDescription(text string) error {
	return checkText("description", text, func(r rune) bool { return r == '\n' || unicode.IsPrint(r) })
}

func checkText(what, text string, may func(rune) bool) error {
	switch {
	case strings.TrimSpace(text) != text:
		return fmt.Errorf("the %s %q starts or ends with a space or a line break", what, text)
	case strings.ContainsFunc(text, func(r rune) bool { return !may(r) }):
		return fmt.Errorf("the %s %q has a character that can't be printed", what, text)
	}
	return nil
}
