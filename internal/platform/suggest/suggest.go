// Package suggest finds the word that was probably meant.
package suggest

import (
	"strings"

	"github.com/agext/levenshtein"
)

// closeness is how much of a word must be right for another to be suggested
// in its place: below it a suggestion confuses more than it helps.
const closeness = 0.7

// Nearest returns the known word most like the given one, and false where none
// is close enough to be worth saying.
func Nearest(given string, known []string) (string, bool) {
	best, score := "", closeness
	lower := strings.ToLower(strings.TrimSpace(given))
	for _, word := range known {
		if s := levenshtein.Similarity(lower, strings.ToLower(word), nil); s > score {
			best, score = word, s
		}
	}
	return best, best != ""
}

// DidYouMean returns ` Did you mean "word"?`, or nothing where no known word is
// close. The leading space lets it follow a sentence.
func DidYouMean(given string, known []string) string {
	if word, ok := Nearest(given, known); ok {
		return ` Did you mean "` + word + `"?`
	}
	return ""
}
