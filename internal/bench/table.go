package main

import (
	"strings"
	"unicode/utf8"
)

// table is a heading and rows of as many cells.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// markdown returns the table as Markdown that reads well as plain text too.
// Columns of numbers are aligned to the right.
func (t table) markdown() string {
	widths, right := t.columns()
	var b strings.Builder
	line(&b, t.head, widths, right)
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
		if right[i] {
			rule[i] = rule[i][1:] + ":"
		}
	}
	line(&b, rule, widths, right)
	for _, row := range t.rows {
		line(&b, row, widths, right)
	}
	return b.String()
}

// columns returns each column's width, and whether it holds numbers.
func (t table) columns() (widths []int, right []bool) {
	widths, right = make([]int, len(t.head)), make([]bool, len(t.head))
	for i, cell := range t.head {
		widths[i], right[i] = max(3, utf8.RuneCountInString(cell)), len(t.rows) > 0
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			right[i] = right[i] && numeric(cell)
		}
	}
	return widths, right
}

// numeric reports whether a cell is a number, or says that there is none.
func numeric(cell string) bool {
	return cell == "" || cell == "–" || strings.ContainsAny(cell[:1], "0123456789")
}

func line(b *strings.Builder, cells []string, widths []int, right []bool) {
	for i, cell := range cells {
		fill := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		b.WriteString("| ")
		if right[i] {
			b.WriteString(fill + cell)
		} else {
			b.WriteString(cell + fill)
		}
		b.WriteString(" ")
	}
	b.WriteString("|\n")
}
