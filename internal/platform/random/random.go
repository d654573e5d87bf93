// Package random draws the characters that tokens and ids are made of.
package random

import (
	"fmt"
	"io"
)

// The alphabets of the platforms' tokens and ids.
const (
	Base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	LowerAlnum = "0123456789abcdefghijklmnopqrstuvwxyz"
	Hex        = "0123456789abcdef"
)

// String returns n characters of alphabet, each equally likely. It fails only
// where source does.
func String(source io.Reader, alphabet string, n int) (string, error) {
	// Bytes beyond the largest multiple of the alphabet's length would favour
	// its first characters, so they are drawn again.
	limit := byte(256 / len(alphabet) * len(alphabet) & 0xff)
	out := make([]byte, 0, n)
	buffer := make([]byte, n+n/4+8)
	for len(out) < n {
		if _, err := io.ReadFull(source, buffer); err != nil {
			return "", fmt.Errorf("drawing random characters: %w", err)
		}
		for _, b := range buffer {
			if len(out) < n && (limit == 0 || b < limit) {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}

// Only reports whether s is n characters long, all of them from alphabet.
func Only(s, alphabet string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if !contains(alphabet, s[i]) {
			return false
		}
	}
	return true
}

func contains(alphabet string, c byte) bool {
	for i := range len(alphabet) {
		if alphabet[i] == c {
			return true
		}
	}
	return false
}
