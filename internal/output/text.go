package output

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/keyward/terraform-provider-keyward/internal/platform/duration"
	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
	"github.com/keyward/terraform-provider-keyward/internal/report"
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
func Count(n int, thing string) string { return Many(n, thing, thing+"s") }

// Many is Count for a word whose plural is another: 1 company, 2 companies.
func Many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// Tally writes how many there are of each kind that there is any of: 1 high, 2 low.
func Tally[K ~string](kinds []K, number map[K]int) string {
	var parts []string
	for _, kind := range kinds {
		if number[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", number[kind], kind))
		}
	}
	return strings.Join(parts, ", ")
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

// Color reports whether what is written to w may be coloured: w is a terminal
// that can, and the user did not say NO_COLOR. Source: no-color.org.
func Color(w io.Writer, getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb" && Terminal(w)
}

// Terminal reports whether w is a terminal. A w that has a method IsTerminal
// tells itself, which is for tests.
func Terminal(w any) bool {
	switch w := w.(type) {
	case interface{ IsTerminal() bool }:
		return w.IsTerminal()
	case *os.File:
		return term.IsTerminal(int(w.Fd()))
	default:
		return false
	}
}

// Paint is a colour, or none.
type Paint string

// The colours that commands use, from a terminal's own palette so that they are
// readable on its background, dark or light.
const (
	Plain  Paint = ""
	Bold   Paint = "1"
	Faint  Paint = "2"
	Red    Paint = "31"
	Green  Paint = "32"
	Yellow Paint = "33"
	Cyan   Paint = "36"
)

// Apply colours a text, if color says so. The text must be Clean.
func (p Paint) Apply(text string, color bool) string {
	if !color || p == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}

// SeverityPaint is the colour of a severity.
func SeverityPaint(s report.Severity) Paint {
	switch s {
	case report.Critical, report.High:
		return Red
	case report.Medium:
		return Yellow
	case report.Low:
		return Cyan
	default:
		return Faint
	}
}
