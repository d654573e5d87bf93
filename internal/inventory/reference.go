package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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
