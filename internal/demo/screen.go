package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
)

// The ANSI codes of the colours in use. All have the same length, so a coloured
// cell and a plain one of equal text are equally wide to a tabwriter.
const (
	bold  = "\x1b[01m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	reset = "\x1b[00m"
)

const indent = "     "

// screen prints the demo's story: numbered steps with indented lines below.
type screen struct {
	out    io.Writer
	colour bool
	step   int
}

func newScreen(out io.Writer, colour bool) *screen { return &screen{out: out, colour: colour} }

// coloured reports whether f is a terminal that wants colours
// (https://no-color.org).
func coloured(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 &&
		os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func (s *screen) heading(text string) {
	s.step++
	s.printf("\n%s\n", s.paint(bold, fmt.Sprintf("%2d.  %s", s.step, text)))
}

func (s *screen) line(format string, args ...any) {
	s.printf(indent+format+"\n", args...)
}

// table prints rows as aligned columns, the first row being their headings.
func (s *screen) table(rows [][]string) {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for i, row := range rows {
		for _, cell := range row {
			if i == 0 {
				cell = s.paint(bold, cell)
			} else {
				cell = s.paint(colourOf(cell), cell)
			}
			_, _ = fmt.Fprintf(w, "%s\t", cell) // a strings.Builder takes every write
		}
		_, _ = fmt.Fprintln(w)
	}
	_ = w.Flush()
	for line := range strings.Lines(text.String()) {
		s.printf("%s%s\n", indent, strings.TrimRight(line, " \n"))
	}
}

// colourOf returns the colour of a table's cell: green for a status of success,
// red for a refusal, none for any other text.
func colourOf(cell string) string {
	switch {
	case len(cell) == 3 && cell[0] == '2':
		return green
	case len(cell) == 3 && cell[0] == '4':
		return red
	default:
		return reset
	}
}

func (s *screen) paint(code, text string) string {
	if !s.colour {
		return text
	}
	return code + text + reset
}

func (s *screen) done() {
	s.printf("\n%s\n", s.paint(green, "Done: two keys declared, used, rotated and revoked; nothing is left behind."))
}

// failure says what went wrong and, where known, where to read more.
func (s *screen) failure(what, where string) {
	s.printf("\n%s %s\n", s.paint(red, "The demo failed:"), what)
	if where != "" {
		s.printf("%s\n", where)
	}
}

func (s *screen) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format, args...) // nowhere left to say that standard output is gone
}
