package corebill

import (
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

// TokenPrefix starts every API key. Source: "Key Format".
const TokenPrefix = "sk_live_"

// KeyPrefixLength is how many characters of a token stay visible after its
// creation. Source: "Key Format" ("the first 10 characters").
const KeyPrefixLength = 10

// tokenLength is the length of the unique part that the sandbox mints. The
// platform documents no length, so validation does not ask for one.
const tokenLength = 40

// NewToken mints a token.
func NewToken(source io.Reader) (string, error) {
	unique, err := random.String(source, random.Base62, tokenLength)
	if err != nil {
		return "", err
	}
	return TokenPrefix + unique, nil
}

// ValidToken reports whether s is a well-formed token.
func ValidToken(s string) bool {
	unique, ok := strings.CutPrefix(s, TokenPrefix)
	return ok && len(unique) >= KeyPrefixLength-len(TokenPrefix) && random.Only(unique, random.Base62, len(unique))
}

// KeyPrefix returns the part of a token that may be shown: its first 10
// characters, or nothing where it is shorter.
func KeyPrefix(token string) string {
	if len(token) < KeyPrefixLength {
		return ""
	}
	return token[:KeyPrefixLength]
}

// Kind is the prefix of an id; it names what the id belongs to.
type Kind string

// The kinds of id. Corebill documents com, cus, inv, wh and evt; key and log
// are the contract's.
const (
	CompanyID  Kind = "com"
	CustomerID Kind = "cus"
	InvoiceID  Kind = "inv"
	WebhookID  Kind = "wh"
	EventID    Kind = "evt"
	APIKeyID   Kind = "key"
	LogID      Kind = "log"
)

const idLength = 12

// NewID mints an id of the kind: its prefix, an underscore, 12 characters.
func NewID(source io.Reader, kind Kind) (string, error) {
	unique, err := random.String(source, random.LowerAlnum, idLength)
	if err != nil {
		return "", err
	}
	return string(kind) + "_" + unique, nil
}

// ValidID reports whether s is a well-formed id of the kind.
func ValidID(kind Kind, s string) bool {
	unique, ok := strings.CutPrefix(s, string(kind)+"_")
	return ok && random.Only(unique, random.LowerAlnum, idLength)
}

// maxSlug is how long a slug may be. Source: contract.
const maxSlug = 63

// Slug derives a company's slug from its name: "My Agency" is my-agency. Letters
// outside of a–z are left out; a name without any has no slug. Source: contract.
func Slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(naming.NFC(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	slug := strings.Join(words, "-")
	return strings.Trim(slug[:min(len(slug), maxSlug)], "-")
}
