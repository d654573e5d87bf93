package billium

import (
	"fmt"
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

// KeyType is the type of an API key. Source: "API key types".
type KeyType string

// The two types.
const (
	Secret KeyType = "SECRET"
	Public KeyType = "PUBLIC"
)

// KeyPrefixLength is how many characters of a token stay visible after its
// creation. Source: contract; it is also what the rate limit is keyed on.
const KeyPrefixLength = 16

const tokenLength = 96

// KeyTypeNames returns the names of the types.
func KeyTypeNames() []string { return []string{string(Secret), string(Public)} }

// ParseKeyType returns the type of that name. The error names the types.
func ParseKeyType(name string) (KeyType, error) {
	switch t := KeyType(name); t {
	case Secret, Public:
		return t, nil
	}
	return "", fmt.Errorf("%q is not a Billium key type: it must be SECRET or PUBLIC.%s",
		name, suggest.DidYouMean(name, KeyTypeNames()))
}

// PublicPermissions returns the three that a public key has: exactly these,
// never more, never fewer. Source: "API key permissions".
func PublicPermissions() []Permission {
	return []Permission{InvoiceView, InvoiceCreate, ProductView}
}

// TokenPrefix returns what a token of the type starts with.
func (t KeyType) TokenPrefix() string {
	if t == Public {
		return "pk_"
	}
	return "sk_"
}

// NewToken mints a token of the type: its prefix and 96 base62 characters.
func NewToken(source io.Reader, t KeyType) (string, error) {
	unique, err := random.String(source, random.Base62, tokenLength)
	if err != nil {
		return "", err
	}
	return t.TokenPrefix() + unique, nil
}

// TokenType returns the type that a token's form tells, and false where the
// text is no token.
func TokenType(token string) (KeyType, bool) {
	for _, t := range []KeyType{Secret, Public} {
		if unique, ok := strings.CutPrefix(token, t.TokenPrefix()); ok {
			return t, random.Only(unique, random.Base62, tokenLength)
		}
	}
	return "", false
}

// ValidToken reports whether s is a well-formed token.
func ValidToken(s string) bool {
	_, ok := TokenType(s)
	return ok
}

// KeyPrefix returns the part of a token that may be shown: its first 16
// characters, or nothing where it is shorter.
func KeyPrefix(token string) string {
	if len(token) < KeyPrefixLength {
		return ""
	}
	return token[:KeyPrefixLength]
}

// Kind is the prefix of an id; it names what the id belongs to.
type Kind string

// The kinds of id. Billium documents mer, inv, pay, cus, prd, wh, wal and evt;
// the rest are the contract's.
const (
	MerchantID      Kind = "mer"
	InvoiceID       Kind = "inv"
	WebhookID       Kind = "wh"
	EventID         Kind = "evt"
	APIKeyID        Kind = "key"
	PermissionSetID Kind = "pset"
	TeamMemberID    Kind = "tm"
	InvitationID    Kind = "invite"
	LogID           Kind = "log"
)

const idLength = 32

// NewID mints an id of the kind: its prefix, an underscore, 32 hex digits.
func NewID(source io.Reader, kind Kind) (string, error) {
	unique, err := random.String(source, random.Hex, idLength)
	if err != nil {
		return "", err
	}
	return string(kind) + "_" + unique, nil
}

// ValidID reports whether s is a well-formed id of the kind.
func ValidID(kind Kind, s string) bool {
	unique, ok := strings.CutPrefix(s, string(kind)+"_")
	return ok && random.Only(unique, random.Hex, idLength)
}
