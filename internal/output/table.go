package output

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Listing is a table of something, in all the formats.
type Listing struct {
	// Header names the columns in plain upper-case words.
	Header []string
	// Rows are cells in the columns' order; an empty one shows as a dash.
	Rows [][]string
	// Records is what json shows: an array of objects, which say more than cells
	// can: full times, lists, nulls. A nil slice shows as an empty array.
	Records any
	// Paint chooses the colour of a cell; nil for none.
	Paint func(row, column int) Paint
	// Color has the table coloured; see the function of that name.
	Color bool
	// None is what a table without rows says instead, such as "No keys."; not said
	// in the formats that machines read.
	None string
}

// Write writes the listing in one of Formats.
func (l Listing) Write(w io.Writer, format Format) error {
	switch format {
	case FormatTable:
		return l.table(w)
	case FormatJSON:
		return JSON(w, l.Records)
	case FormatCSV:
		return l.csv(w)
	case FormatMarkdown:
		return l.markdown(w)
	default:
		return fmt.Errorf("there is no table in the format %q", format)
	}
}

// JSON writes a value as indented JSON with a line break at its end. Nothing is
// escaped for HTML, and all that can't be seen is; a nil slice is written as an empty
// array.
func JSON(w io.Writer, value any) error { return encode(w, emptyArray(value), "  ") }

// JSONLine writes a value as JSON in one line.
func JSONLine(w io.Writer, value any) error { return encode(w, value, "") }

// emptyArray returns an empty array in place of a nil slice, which JSON would
// show as null.
func emptyArray(value any) any {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice && v.IsNil() {
		return []struct{}{}
	}
	return value
}

func encode(w io.Writer, value any, indent string) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return Printable(w, b.String())
}

// Printable writes a text of more than one line, such as a report; what can't be seen in
// it is escaped.
func Printable(w io.Writer, text string) error {
	_, err := io.WriteString(w, printable.Text(text))
	return err
}

func (l Listing) table(w io.Writer) error {
	if len(l.Rows) == 0 && l.None != "" {
		_, err := fmt.Fprintln(w, l.None)
		return err
	}
	widths := make([]int, len(l.Header))
	lines := append([][]string{l.Header}, l.Rows...)
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], width(shown(cell)))
		}
	}
	var b strings.Builder
	for number, line := range lines {
		l.line(&b, number-1, line, widths)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line writes a row, or the header as row -1. The last cell isn't padded.
func (l Listing) line(b *strings.Builder, row int, cells []string, widths []int) {
	for column, cell := range cells {
		paint := Plain
		switch {
		case row < 0:
			paint = Bold
		case l.Paint != nil:
			paint = l.Paint(row, column)
		}
		text := shown(cell)
		b.WriteString(paint.Apply(text, l.Color))
		if column < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[column]-width(text)+2))
		}
	}
	b.WriteByte('\n')
}

// width is how many columns a text takes, whatever the locale.
func width(text string) int { return (&runewidth.Condition{}).StringWidth(text) }

func shown(cell string) string {
	if cell == "" {
		return "-"
	}
	return Clean(cell)
}

func (l Listing) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	for i, line := range append([][]string{l.Header}, l.Rows...) {
		cells := CSVCells(line)
		if i == 0 {
			cells = strings.Split(strings.ReplaceAll(strings.ToLower(strings.Join(line, ",")), " ", "_"), ",")
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (l Listing) markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("|")
	for _, name := range l.Header {
		b.WriteString(" " + markdownCell(sentence(name)) + " |")
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", len(l.Header)) + "\n")
	for _, row := range l.Rows {
		b.WriteString("|")
		for _, cell := range row {
			b.WriteString(" " + markdownCell(cell) + " |")
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sentence writes LAST USED as Last used.
func sentence(name string) string {
	if name == "" || name == "ID" {
		return name
	}
	return name[:1] + strings.ToLower(name[1:])
}
