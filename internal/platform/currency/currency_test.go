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
		"USD": "", "EUR": "", "AED": "",
		// The changes of the last years, each with what it left behind.
		"SLE": "", "SLL": "SLE took its place", // 2023
		"HRK": "EUR took its place",            // 2023
		"ZWG": "", "ZWL": "ZWG took its place", // 2024
		"XCG": "", "ANG": "XCG took its place", // 2025
		"BGN": "EUR took its place", // 2026
		"VED": "", "VES": "", "SVC": "",
		"usd":  `Did you mean "USD"?`,
		"EURO": `Did you mean "EUR"?`,
		"ABC":  "not the ISO 4217 code of a currency in use",
		"":     "not the ISO 4217 code of a currency in use",
		"XXX":  "not the ISO 4217 code of a currency in use",
		"XAU":  "not the ISO 4217 code of a currency in use",
		"CHE":  "not the ISO 4217 code of a currency in use",
	} {
		err := currency.Check(code)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v", code, err)
		}
	}
}
