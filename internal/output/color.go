package output

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

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
