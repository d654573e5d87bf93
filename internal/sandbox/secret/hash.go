// Package secret keeps tokens out of the database: it hashes them, compares
// hashes in constant time, and seals the one response that may be repeated.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
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
