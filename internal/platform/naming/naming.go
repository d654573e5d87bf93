// Package naming says which names and descriptions people can read, and tell from
// one another, in a list. The platforms take more.
package naming

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Check says what is wrong with a name: that it can't be read, or tell it from
// another one. Its length is no concern of it.
func Check(name string) error { return check("name", name, unicode.IsPrint) }

// CheckDescription says the same of a description, which may have line breaks
// within it.
func CheckDescription(text string) error {
	return check("description", text, func(r rune) bool { return r == '\n' || unicode.IsPrint(r) })
}

func check(what, text string, may func(rune) bool) error {
	switch {
	case strings.TrimSpace(text) != text:
		return fmt.Errorf("the %s %q starts or ends with a space or a line break", what, text)
	case strings.ContainsFunc(text, func(r rune) bool { return !may(r) }):
		return fmt.Errorf("the %s %q has a character that can't be printed", what, text)
	}
	return nil
}

// Same reports whether two texts are the same for a person who reads them: Unicode
// composes some characters in several ways (NFC, NFD), and what is typed in one way
// may come back in another.
func Same(a, b string) bool { return a == b || NFC(a) == NFC(b) }

// NFC is a text as the platforms tell it, with its characters composed.
func NFC(text string) string { return norm.NFC.String(text) }

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
