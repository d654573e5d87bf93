package requestctx

import (
	"regexp"
	"strings"
)

// tokens matches what may be a token of either platform, whole or in part.
var tokens = regexp.MustCompile(`(sk_live|sk|pk)_[0-9A-Za-z]{16,}`)

// Redact replaces everything in s that looks like a token.
func Redact(s string) string {
	if !strings.Contains(s, "k_") {
		return s
	}
	return tokens.ReplaceAllString(s, "${1}_[redacted]")
}
