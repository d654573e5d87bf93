// Package secret keeps tokens out of the database: it hashes them, compares
// hashes in constant time, and seals the one response that may be repeated.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// Hash returns the hex SHA-256 of a token. Tokens are long and random, so
// neither salt nor a slow hash would add anything.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Start returns the token with the beginning of its unique part, what follows form,
// replaced by start's. Tests make keys with one prefix that way; nil leaves the
// token as it is.
func Start(token, form string, start func() string) string {
	if start == nil {
		return token
	}
	chosen := start()
	if len(form)+len(chosen) > len(token) {
		return token
	}
	return form + chosen + token[len(form)+len(chosen):]
}

// Find returns the index of the candidate whose hash is the token's, or -1. It
// takes the same time whichever candidate matches, if any.
func Find[T any](token string, candidates []T, hash func(T) string) int {
	want, found := []byte(Hash(token)), -1
	for i, candidate := range candidates {
		match := subtle.ConstantTimeCompare(want, []byte(hash(candidate)))
		found = subtle.ConstantTimeSelect(match, i, found)
	}
	return found
}

const sealPurpose = "keyward sandbox idempotency record"

// Seal encrypts a response under a key derived from passphrase and salt, of
// which only the salt is stored. It is AES-256-GCM under HKDF-SHA256, in base64.
func Seal(random io.Reader, passphrase, salt string, response []byte) (string, error) {
	aead, err := newAEAD(passphrase, salt)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", fmt.Errorf("drawing a nonce: %w", err)
	}
	return base64.StdEncoding.EncodeToString(aead.Seal(nonce, nonce, response, nil)), nil
}

// Open returns what Seal was given under the same passphrase and salt.
func Open(passphrase, salt, sealed string) ([]byte, error) {
	aead, err := newAEAD(passphrase, salt)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("opening a sealed response: %w", err)
	}
	if len(raw) < aead.NonceSize() {
		return nil, errors.New("opening a sealed response: it is too short")
	}
	response, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("opening a sealed response: %w", err)
	}
	return response, nil
}

func newAEAD(passphrase, salt string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(passphrase), []byte(salt), sealPurpose, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
