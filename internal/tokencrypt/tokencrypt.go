// Package tokencrypt turns a token into an age ciphertext that may lie where the
// token may not, such as in a state, and back. It knows age's own keys, classic
// and post-quantum, and SSH keys.
// Source: age-encryption.org/v1.
package tokencrypt

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// ErrNoIdentity tells that a ciphertext is meant for other identities than those
// given.
var ErrNoIdentity = errors.New("the ciphertext is for none of the identities given")

// ErrNoCiphertext tells that a text is no ASCII-armored age ciphertext.
var ErrNoCiphertext = errors.New("not an age ciphertext")

// Encrypt returns the token as an ASCII-armored age ciphertext that each of the
// recipients can decrypt; two calls never return the same. The randomness is
// age's, which takes no other source.
func Encrypt(token string, recipients []age.Recipient) (string, error) {
	var b strings.Builder
	armored := armor.NewWriter(&b)
	encrypted, err := age.Encrypt(armored, recipients...)
	if err != nil {
		return "", fmt.Errorf("encrypting the token: %w", err)
	}
	if _, err := io.WriteString(encrypted, token); err != nil {
		return "", fmt.Errorf("encrypting the token: %w", err)
	}
	// Each writes its last part when it is closed.
	if err := errors.Join(encrypted.Close(), armored.Close()); err != nil {
		return "", fmt.Errorf("encrypting the token: %w", err)
	}
	return b.String(), nil
}

// Decrypt returns the token that an ASCII-armored ciphertext holds. Space around
// the ciphertext counts for nothing. The error is ErrNoCiphertext or
// ErrNoIdentity where it is one of them; anything else means that the ciphertext
// is damaged.
func Decrypt(armored string, identities []age.Identity) (string, error) {
	armored = strings.TrimSpace(armored)
	if !strings.HasPrefix(armored, armor.Header) {
		return "", fmt.Errorf("%w: it does not start with %q", ErrNoCiphertext, armor.Header)
	}
	decrypted, err := age.Decrypt(armor.NewReader(strings.NewReader(armored)), identities...)
	if mismatch, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return "", fmt.Errorf("%w: its recipients are of the kind %s", ErrNoIdentity, strings.Join(mismatch.StanzaTypes, ", "))
	}
	if err != nil {
		return "", fmt.Errorf("decrypting: %w", err)
	}
	token, err := io.ReadAll(decrypted)
	if err != nil {
		return "", fmt.Errorf("decrypting: %w", err)
	}
	return string(token), nil
}
