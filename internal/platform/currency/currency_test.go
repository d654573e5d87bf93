package currency_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/currency"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	codes := currency.Codes()
	if !slices.IsSorted(codes) || len(slices.Compact(codes)) != 155 {
		t.Errorf("%d codes, sorted: %v", len(codes), slices.IsSorted(codes))
	}
	for _, code := range codes {
		if len(code) != 3 || strings.ToUpper(code) != code {
			t.Errorf("%q is no code", code)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for code, says := range map[string]string{
		"USD": "", "EUR": "", "AED": "", "ZWG": "", "SLE": "",
		"HRK":  "EUR took its place",
		"usd":  `Did you mean "USD"?`,
		"EURO": `Did you mean "EUR"?`,
		"ABC":  "not an ISO 4217 code",
		"":     "not an ISO 4217 code",
		"XXX":  "not an ISO 4217 code",
	} {
		err := currency.Check(code)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", code, err)
		}
	}
}
