package mask

import (
	"regexp"
	"strings"
)

// runs are what a token without its head may be; an id's part after its kind is not.
var runs = regexp.MustCompile(`(?:[a-z]+_[0-9a-f]{32}\b)|[0-9A-Za-z]{20,}`)

// shownOfRun is how many characters of such a run may be shown: as many as Corebill
// shows of the part of a token that varies.
const shownOfRun = 2

// Arguments returns the text without what may be a token in one of the arguments,
// which someone has pasted without its head (live_…, SK_…) or in part: of each long run
// of letters and digits that looks random the first characters and an ellipsis stay.
func Arguments(text string, arguments []string) string {
	for _, argument := range arguments {
		for _, run := range runs.FindAllString(argument, -1) {
			if random(run) {
				text = strings.ReplaceAll(text, run, run[:shownOfRun]+"…")
			}
		}
	}
	return text
}

// random reports whether a run has capitals, small letters and digits as mixed as in a
// token: numbers and words, also written together with capitals, change far less often.
func random(run string) bool {
	if strings.Contains(run, "_") {
		return false
	}
	changes := 0
	for i := 1; i < len(run); i++ {
		before, now := class(run[i-1]), class(run[i])
		if before != now && (before != capital || now != small) {
			changes++
		}
	}
	return changes*4 >= len(run)
}

const (
	digit = iota
	capital
	small
)

func class(c byte) int {
	switch {
	case c <= '9':
		return digit
	case c <= 'Z':
		return capital
	default:
		return small
	}
}
