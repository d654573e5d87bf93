// Package printable shows text that others wrote, such as the name of a key, so that a
// person sees all of it but secrets: characters that can't be seen, that turn the
// direction of what follows, or that a terminal obeys, are written as escapes (\u202e),
// and a token is cut to its visible prefix.
package printable

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Line returns a text on one line: a line break or a tab is a space.
func Line(text string) string { return Text(breaks.Replace(text)) }

var breaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// Text returns a text with its line breaks.
func Text(text string) string {
	text = mask.Text(text)
	if strings.IndexFunc(text, hidden) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		// As in JSON, so that JSON that is written like this is valid and means the same.
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

func hidden(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
