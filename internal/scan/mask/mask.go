// Package mask cuts the tokens in a text down to what may be shown of them.
package mask

import (
	"regexp"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// tokens matches more of a token than its visible prefix, and what follows it
// without a gap: the next one, perhaps.
var tokens = regexp.MustCompile(`(?:sk_live_[0-9A-Za-z]{3,}|[sp]k_[0-9A-Za-z]{14,}|whsec_[0-9A-Za-z]{5,})(?:_[0-9A-Za-z]{14,})*`)

// Text returns the text with every token of either platform, whole or in part,
// cut to its visible prefix and an ellipsis.
func Text(text string) string {
	return tokens.ReplaceAllStringFunc(text, func(token string) string { return Prefix(token) + "…" })
}

// Has reports whether Text would change the text.
func Has(text string) bool { return tokens.MatchString(text) }

// Prefix returns the part of a token that may be shown: what its platform shows
// of it as key_prefix, or as the preview of a webhook's secret.
func Prefix(token string) string {
	switch {
	case strings.HasPrefix(token, corebill.TokenPrefix):
		return corebill.KeyPrefix(token)
	case strings.HasPrefix(token, corebill.SecretPrefix):
		return corebill.SecretPreview(token)
	default:
		return billium.KeyPrefix(token)
	}
}
