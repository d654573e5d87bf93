package inventory

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// Pasted is what a line of text has that someone wants to know the key of: a token,
// or the reason why there is none.
type Pasted struct {
	// Line is counted from 1.
	Line  int
	Token client.Secret
	// Err is set where the line has no token, or something else that begins like one;
	// begins is how that begins, "" where it may not be shown.
	Err    error
	begins string
}

// String names the token, and where it was.
func (p Pasted) String() string {
	switch {
	case p.Err == nil:
		return fmt.Sprintf("%s (line %d)", shown(p.Token.Reveal()), p.Line)
	case p.begins != "":
		return fmt.Sprintf("%s… (line %d)", p.begins, p.Line)
	default:
		return fmt.Sprintf("line %d", p.Line)
	}
}

// tokenLike is a run of characters that may be a token; what surrounds it, such as
// Bearer, NAME="…" or the rest of a log's line, does not matter. What can't be one is
// looked at only where it isn't the end of a longer word, such as that of task_id.
var tokenLike = regexp.MustCompile(`([0-9A-Za-z_-]?)((?:sk_live_|[sp]k_)[0-9A-Za-z]+)`)

// Tokens returns the tokens in a text, each once, in the order in which they come. A
// line without one that isn't blank has an error in its place, and so has each value that
// begins like a token and can't be one: nothing that was pasted is passed over. No error
// repeats more of it than the platforms show themselves.
func Tokens(text string) []Pasted {
	var all []Pasted
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		for _, found := range tokensOf(line) {
			found.Line = number
			if !slices.ContainsFunc(all, func(p Pasted) bool { return found.Err == nil && p.Token.Reveal() == found.Token.Reveal() }) {
				all = append(all, found)
			}
		}
	}
	return all
}

// tokensOf returns what a line has, one of each value.
func tokensOf(line string) []Pasted {
	var found []Pasted
	for _, match := range tokenLike.FindAllStringSubmatch(line, -1) {
		before, text := match[1], match[2]
		switch {
		case billium.ValidToken(text), corebill.ValidToken(text) && len(text) > corebill.KeyPrefixLength:
			found = append(found, Pasted{Token: client.NewSecret(text)})
		case before != "":
		case len(text) <= billium.KeyPrefixLength:
			found = append(found, Pasted{Err: errPrefixAlone, begins: text[:min(len(text), corebill.KeyPrefixLength)]})
		default:
			found = append(found, Pasted{Err: errNoToken, begins: text[:corebill.KeyPrefixLength]})
		}
	}
	if strings.Contains(line, webhookSecret) {
		found = append(found, Pasted{Err: errWebhook})
	}
	if len(found) == 0 {
		found = append(found, Pasted{Err: errNoToken})
	}
	return found
}

var (
	errPrefixAlone = errors.New("there is the beginning of a token alone, which can't tell which key it is: give the whole token, or the key's id as the argument")
	errNoToken     = errors.New("there is no whole token of Corebill (sk_live_…) or Billium (sk_…, pk_…)")
)
