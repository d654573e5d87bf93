// Package vendor tells the credentials of the two platforms apart, as far as their
// form does, so that one is never sent to the other platform.
package vendor

import (
	"fmt"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// The platforms' names.
const (
	Corebill = "Corebill"
	Billium  = "Billium"
)

// Of returns the platform that an API key is obviously of, "" where its form doesn't
// tell. Source: the authentication pages of both.
func Of(token string) string {
	switch {
	case strings.HasPrefix(token, corebill.TokenPrefix):
		return Corebill
	case billium.ValidToken(token), strings.HasPrefix(token, billium.Public.TokenPrefix()):
		return Billium
	default:
		return ""
	}
}

// Check is an error where an API key for a platform is obviously of the other one. It
// never repeats the key.
func Check(platform, token string) error {
	other := Of(token)
	if other == "" || other == platform {
		return nil
	}
	return fmt.Errorf("the %s API key looks like a %s key, so it was not sent to %s: are COREBILL_API_KEY and BILLIUM_API_KEY, or what else the two API keys come from, swapped?",
		platform, other, platform)
}
