package output

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Stamp is a point in time as tables show it, in UTC.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// StampOr is a Stamp, or a word for none.
func StampOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return Stamp(*t)
}

// Ago is how long something has been, in one unit.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return Count(int(d/time.Minute), "minute") + " ago"
	case d < duration.Day:
		return Count(int(d/time.Hour), "hour") + " ago"
	default:
		return Count(int(d/duration.Day), "day") + " ago"
	}
}

// Count writes a number of things: 1 key, 2 keys.
func Count(n int, thing string) string { return Plural(n, thing, thing+"s") }

// Plural is Count for anything whose plural has no mere s: 1 company, 2 companies.
func Plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// Clean returns what others wrote, such as the name of a key, on one line; what can't be
// seen, and what a terminal would obey, is escaped.
func Clean(text string) string { return printable.Line(text) }

// formula are the beginnings that make spreadsheets compute a cell.
const formula = "=+-@\t\r"

// csvCell keeps a spreadsheet from computing what someone else named a key. A
// lone dash stands for nothing and stays.
func csvCell(text string) string {
	if len(text) > 1 && strings.ContainsRune(formula, rune(text[0])) {
		return "'" + text
	}
	return text
}

// CSVCells returns a row as CSV has it: no cell is one that a spreadsheet would
// compute, and what can't be seen is escaped.
func CSVCells(row []string) []string {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = printable.Text(csvCell(cell))
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
