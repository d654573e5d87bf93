package naming

import (
	"fmt"
	"strings"
	"unicode"
)

// CheckID says what is wrong with an id that a person wrote or a program read: no id
// has spaces, line breaks or characters that can't be seen. what names it.
func CheckID(what, id string) error {
	switch {
	case strings.TrimSpace(id) != id:
		return fmt.Errorf("%s is %q, which starts or ends with a space or a line break; remove it", what, id)
	case strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return fmt.Errorf("%s is %+q, which has a space or a character that can't be seen; no id has one", what, id)
	}
	return nil
}
