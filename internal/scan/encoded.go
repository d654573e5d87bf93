package scan

import "strings"

const (
	// encodedLength is how long the shortest token is in the shortest encoding.
	encodedLength = 40
	// longLine is a line that is not decoded as a whole, but only where something
	// may be encoded; an allow comment on it doesn't count for that.
	longLine = 8 << 10
)

// encodedRuns returns the lines of a piece that may hold an encoded token: those
// where enough characters follow one another that encodings use. Of a long line
// it returns just these characters.
func encodedRuns(p piece) []piece {
	var runs []piece
	line, column, base := p.line, p.column, 0
	for text := range strings.Lines(p.text) {
		for start, end := nextRun(text, 0); start >= 0; start, end = nextRun(text, end) {
			if len(text) <= longLine {
				runs = append(runs, piece{file: p.file, text: text, line: line, column: column, certain: p.certain - base})
				break
			}
			runs = append(runs, piece{
				file: p.file, text: text[start:end], line: line, column: column + start, certain: p.certain - base - start,
			})
		}
		line, column, base = line+1, 1, base+len(text)
	}
	return runs
}

// nextRun returns where the next run starts and ends, or -1.
func nextRun(text string, from int) (start, end int) {
	start = -1
	for i := from; i < len(text); i++ {
		switch {
		case !encodes[text[i]]:
			if start >= 0 && i-start >= encodedLength {
				return start, i
			}
			start = -1
		case start < 0:
			start = i
		}
	}
	if start >= 0 && len(text)-start >= encodedLength {
		return start, len(text)
	}
	return -1, len(text)
}

// encodes has the characters of base64, of hexadecimal digits, of percent signs
// and of escapes with a backslash.
var encodes = func() (set [256]bool) {
	for _, c := range []byte(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_%\`) {
		set[c] = true
	}
	return set
}()
