package client

import (
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.corebill.io":         "https://api.corebill.io",
		"https://api.corebill.io/":        "https://api.corebill.io",
		"https://api.corebill.io//":       "https://api.corebill.io",
		"https://api.billium.to/api":      "https://api.billium.to/api",
		"HTTPS://api.billium.to":          "https://api.billium.to",
		"http://127.0.0.1:8787/corebill/": "http://127.0.0.1:8787/corebill",
		"http://127.9.9.9":                "http://127.9.9.9",
		"http://localhost:1":              "http://localhost:1",
		"http://[::1]:8787":               "http://[::1]:8787",
		"http://[::ffff:127.0.0.1]":       "http://[::ffff:127.0.0.1]",
	} {
		if got, err := parseBaseURL(raw); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", raw, got, err, want)
		}
	}
	for raw, want := range map[string]string{
		"":                                   "https://",
		"api.corebill.io":                    "https://",
		"localhost:8787":                     "https://",
		"ftp://api.corebill.io":              "https://",
		"https://":                           "no host",
		"https://:443":                       "no host",
		"http://api.corebill.io":             "unencrypted",
		"http://10.0.0.1":                    "unencrypted",
		"http://localhost.example.org":       "unencrypted",
		"http://127.0.0.1.example.org":       "unencrypted",
		"http://0.0.0.0":                     "unencrypted",
		"https://api.corebill.io/v1":         "write https://api.corebill.io",
		"https://api.billium.to/api/v1/":     "write https://api.billium.to/api",
		"https://api.corebill.io?x=1":        "query",
		"https://api.corebill.io?":           "query",
		"https://api.corebill.io#x":          "fragment",
		"https://api.corebill.io#":           "fragment",
		"https://user@api.corebill.io":       "user",
		"https://user:hush@api.corebill.io":  "user",
		"https://api.corebill.io/a/../b":     "parts",
		"https://user:hush@api.core bill.io": "not a URL",
		"https://user:hush@host:port":        "not a URL",
	} {
		_, err := parseBaseURL(raw)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one with %q", raw, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the error repeats the password: %v", raw, err)
		}
	}
}
