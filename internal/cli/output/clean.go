package output

import (
	"regexp"
	"strings"
	"unicode"
)

// Clean returns somebody else's words, such as the name of a key, on one line
// and without control characters, which a terminal would obey.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, text)
}

// formula are the beginnings that make spreadsheets compute a cell.
const formula = "=+-@\t\r"

// csvCell keeps a spreadsheet from computing what somebody else named a key. A
// lone dash stands for nothing and stays.
func csvCell(text string) string {
	if len(text) > 1 && strings.ContainsRune(formula, rune(text[0])) {
		return "'" + text
	}
	return text
}

// CSVCells returns a row as CSV has it: no cell is one that a spreadsheet would
// compute.
func CSVCells(row []string) []string {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = csvCell(cell)
	}
	return cells
}

// markdownCell keeps a text within its cell, and what is in it from being markup.
func markdownCell(text string) string {
	return emphasis.ReplaceAllString(markup.Replace(Clean(text)), `\_`)
}

// emphasis is an underscore at the edge of a word; one within a word means
// nothing.
var emphasis = regexp.MustCompile(`\b_|_\b`)

var markup = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`)
