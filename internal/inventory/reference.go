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

// ErrTokenGiven refuses a token where an id or a prefix is to be: an argument is
// seen by anyone who lists the machine's processes, and stays in the shell's history.
var ErrTokenGiven = errors.New("that is a whole token: it is now in this shell's history and was in the list of processes. " +
	"Name the key by its id or its prefix, or give the token on standard input (-)")

// minPrefix is how much of a token names a key: the form and one character more.
const minPrefix = len("sk_") + 1

// Prefix returns a token's beginning without the dots that it is shown with, so
// that what was copied from an output is taken.
func Prefix(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, "…"), "...")
}

func checkReference(reference string) error {
	switch {
	case corebill.ValidToken(reference) && len(reference) > corebill.KeyPrefixLength, billium.ValidToken(reference):
		return ErrTokenGiven
	case strings.HasPrefix(reference, "key_"):
		return nil
	case strings.HasPrefix(reference, "wh_"), strings.HasPrefix(reference, webhookSecret):
		return errWebhook
	case !strings.HasPrefix(reference, "sk_") && !strings.HasPrefix(reference, "pk_"), len(reference) < minPrefix:
		return fmt.Errorf("%q names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab); "+
			"keyward keys list --name TEXT finds it by its name", reference)
	case len(reference) > prefixLength(platformOf(reference)):
		return fmt.Errorf("the platforms show no more than the first %d characters of such a token: name the key by %s",
			prefixLength(platformOf(reference)), reference[:prefixLength(platformOf(reference))])
	}
	return nil
}

const webhookSecret = "whsec_"

// errWebhook tells who has a webhook in hand where a key is wanted.
var errWebhook = errors.New("that is a webhook or its secret, not a key. keyward scan tells which webhook a secret is of; " +
	"another rotate_secret_when_changed of its resource replaces the secret, and so does the platform's dashboard")

// platformOf tells of which platform a key is, by its id or the beginning of its
// token; "" where it may be of either.
func platformOf(reference string) Platform {
	switch {
	case corebill.ValidID(corebill.APIKeyID, reference), strings.HasPrefix(reference, corebill.TokenPrefix):
		return Corebill
	case strings.HasPrefix(corebill.TokenPrefix, reference):
		return ""
	case billium.ValidID(billium.APIKeyID, reference), strings.HasPrefix(reference, "sk_"), strings.HasPrefix(reference, "pk_"):
		return Billium
	default:
		return ""
	}
}

func prefixLength(platform Platform) int {
	if platform == Corebill {
		return corebill.KeyPrefixLength
	}
	return billium.KeyPrefixLength
}

// none is the error where no key is what a reference names.
func (inv *Inventory) none(reference string) error {
	platform := platformOf(reference)
	asked := slices.ContainsFunc(inv.readers, func(h *reader) bool { return platform == "" || platform == h.about.Platform })
	switch {
	case asked:
		return fmt.Errorf("no key that the configured accounts see is %s (keyward keys list shows them; keyward whoami shows the accounts)", reference)
	case platform == Corebill:
		return fmt.Errorf("%s is a key of Corebill's, and no account there is configured: set COREBILL_API_KEY, or name a file with --accounts", reference)
	default:
		return fmt.Errorf("%s is a key of Billium's, and no account there is configured: set BILLIUM_API_KEY and BILLIUM_MERCHANT_ID, or name a file with --accounts", reference)
	}
}

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
