package keyring

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
	// Err is set where the line has no token.
	Err error
}

// String names the token, and where it was.
func (p Pasted) String() string {
	if p.Err != nil {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s (line %d)", shown(p.Token.Reveal()), p.Line)
}

// tokenLike is a run of characters that may be a token; what surrounds it, such as
// Bearer, NAME="…" or the rest of a log's line, does not matter.
var tokenLike = regexp.MustCompile(`(?:sk_live_|[sp]k_)[0-9A-Za-z]+`)

// Tokens returns the tokens in a text, each once, in the order in which they come. A
// line without one that isn't blank has an error in its place: nothing that was
// pasted is passed over. No error repeats what the line says.
func Tokens(text string) []Pasted {
	var all []Pasted
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		found, err := tokensOf(line)
		if err != nil {
			all = append(all, Pasted{Line: number, Err: err})
			continue
		}
		for _, token := range found {
			if !slices.ContainsFunc(all, func(p Pasted) bool { return p.Err == nil && p.Token.Reveal() == token }) {
				all = append(all, Pasted{Line: number, Token: client.NewSecret(token)})
			}
		}
	}
	return all
}

func tokensOf(line string) ([]string, error) {
	var found []string
	prefixAlone := false
	for _, text := range tokenLike.FindAllString(line, -1) {
		switch {
		case billium.ValidToken(text), corebill.ValidToken(text) && len(text) > corebill.KeyPrefixLength:
			found = append(found, text)
		case len(text) <= billium.KeyPrefixLength:
			prefixAlone = true
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case strings.Contains(line, webhookSecret):
		return nil, errWebhook
	case prefixAlone:
		return nil, errors.New("there is the beginning of a token alone, which can't tell which key it is: give the whole token, or the key's id as the argument")
	default:
		return nil, errors.New("there is no whole token of Corebill (sk_live_…) or Billium (sk_…, pk_…)")
	}
}
