package client

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenShaped matches what may be a secret of either platform: more of an API
// key than the prefix that the platforms show themselves (10 characters of a
// Corebill key, 16 of a Billium key), a webhook secret, a bearer credential.
var tokenShaped = regexp.MustCompile(
	`[sp]k_(?:(?:live|test)_[0-9A-Za-z_-]{3,}|[0-9A-Za-z]{14,})` +
		`|whsec_[0-9A-Za-z+/=_-]+` +
		`|(?i:\bbearer\s+)[0-9A-Za-z._~+/=-]{20,}`)

// maxMessage is how many bytes of someone else's words an error repeats.
const maxMessage = 500

// scrubber takes the credential and everything token-shaped out of text.
type scrubber struct{ credential *strings.Replacer }

func newScrubber(credential Secret) scrubber {
	token := credential.Reveal()
	if token == "" {
		return scrubber{credential: strings.NewReplacer()}
	}
	return scrubber{credential: strings.NewReplacer(
		token, redacted,
		url.QueryEscape(token), redacted,
		url.PathEscape(token), redacted,
	)}
}

// scrub returns the text without secrets.
func (s scrubber) scrub(text string) string {
	return redactTokens(s.credential.Replace(text))
}

// words returns someone else's words without secrets, on one line, without
// control characters (a terminal would obey them) and at most maxMessage long.
func (s scrubber) words(text string) string {
	text = s.scrub(strings.Join(strings.FieldsFunc(text, unprintable), " "))
	if len(text) <= maxMessage {
		return text
	}
	end := maxMessage
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

func unprintable(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

// redactTokens takes out what is token-shaped.
func redactTokens(text string) string {
	return tokenShaped.ReplaceAllString(text, redacted)
}
