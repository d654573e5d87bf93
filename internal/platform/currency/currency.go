// Package currency knows the codes of ISO 4217, which the platforms take for
// granted and which no library at hand keeps up to date.
package currency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

// Those in use. Source: ISO 4217, list one of February 2026 as its maintenance
// agency publishes it, compared code by code and once more with the currencies
// in use of CLDR 48. Left out are the 23 codes of list one that no invoice is
// paid in: funds (BOV, CHE, CHW, CLF, COU, MXV, USN, UYI, UYW), units of account
// (XAD, XBA, XBB, XBC, XBD, XDR, XSU, XUA), metals (XAG, XAU, XPD, XPT), XTS and
// XXX.
var codes = strings.Fields(`
	AED AFN ALL AMD AOA ARS AUD AWG AZN
	BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
	CAD CDF CHF CLP CNY COP CRC CUP CVE CZK
	DJF DKK DOP DZD
	EGP ERN ETB EUR
	FJD FKP
	GBP GEL GHS GIP GMD GNF GTQ GYD
	HKD HNL HTG HUF
	IDR ILS INR IQD IRR ISK
	JMD JOD JPY
	KES KGS KHR KMF KPW KRW KWD KYD KZT
	LAK LBP LKR LRD LSL LYD
	MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
	NAD NGN NIO NOK NPR NZD
	OMR
	PAB PEN PGK PHP PKR PLN PYG
	QAR
	RON RSD RUB RWF
	SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
	THB TJS TMT TND TOP TRY TTD TWD TZS
	UAH UGX USD UYU UZS
	VED VES VND VUV
	WST
	XAF XCD XCG XOF XPF
	YER
	ZAR ZMW ZWG`)

// What took the place of the codes that were withdrawn since 2011. Source: ISO
// 4217, list three.
var successors = map[string]string{
	"ANG": "XCG", "BGN": "EUR", "BYR": "BYN", "CUC": "CUP", "EEK": "EUR", "HRK": "EUR", "LTL": "EUR",
	"LVL": "EUR", "MRO": "MRU", "SLL": "SLE", "STD": "STN", "VEF": "VES", "ZMK": "ZMW", "ZWL": "ZWG",
}

// Codes returns the codes in use, in alphabetical order.
func Codes() []string { return slices.Clone(codes) }

// Check says what is wrong with a currency's code; nil for one in use.
func Check(code string) error {
	if _, ok := slices.BinarySearch(codes, code); ok {
		return nil
	}
	if now, ok := successors[code]; ok {
		return fmt.Errorf("%q is no longer in use: %s took its place", code, now)
	}
	return fmt.Errorf("%q is not the ISO 4217 code of a currency in use: three capital letters, such as USD, EUR or JPY.%s",
		code, suggest.DidYouMean(code, codes))
}
