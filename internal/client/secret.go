package client

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a secret was.
const redacted = "(redacted)"

// Secret holds a token. Whatever prints, formats, logs or encodes it gets
// "(redacted)"; only Reveal gives the token, so that every use of it can be
// found by that name.
//
// It holds a pointer because fmt calls no methods on unexported fields: of a
// struct that hides a Secret, fmt shows an address and never the token.
type Secret struct {
	_     [0]func() // == would compare addresses, so it doesn't compile
	value *string
}

// NewSecret wraps a token.
func NewSecret(token string) Secret { return Secret{value: &token} }

// Reveal returns the token, or "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports whether there is no token.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Fingerprint returns "sha256:" and the SHA-256 of the token in hex, as states have
// it in token_fingerprint: it compares tokens and can't be turned back into one.
func (s Secret) Fingerprint() string {
	sum := sha256.Sum256([]byte(s.Reveal()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// String returns "(redacted)".
func (s Secret) String() string { return redacted }

// GoString returns "(redacted)".
func (s Secret) GoString() string { return redacted }

// Format writes "(redacted)" for every verb.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText returns "(redacted)".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON returns "(redacted)" as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// UnmarshalText takes the token, so that a response is decoded straight into a
// Secret.
func (s *Secret) UnmarshalText(token []byte) error {
	*s = NewSecret(string(token))
	return nil
}

// LogValue returns "(redacted)".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
