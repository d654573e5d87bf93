// Package mask cuts the tokens in a text down to what may be shown of them.
package mask

import (
	"net/url"
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

// URL returns a URL without what may be a secret in it: a user, a query, a fragment
// and, anywhere else, a token.
func URL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(not a URL)"
	}
	u.User, u.RawFragment, u.Fragment = nil, "", ""
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return Text(strings.Replace(u.String(), "?%E2%80%A6", "?…", 1))
}
