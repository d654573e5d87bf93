package corebill

import (
	"io"
	"strings"

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
