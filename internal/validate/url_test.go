package validate_test

import (
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	const noURL = "not a URL that can be called"
	for _, c := range []struct{ url, says string }{
		{"https://example.com", ""},
		{"https://example.com/hooks?from=corebill&x=%20", ""},
		{"https://example.com:8443/", ""},
		{"https://Hooks_1.xn--exmple-cua.com./", ""},
		{"http://192.0.2.1:80/hook", ""},
		{"https://[2001:db8::1]:8443/hook", ""},
		{"https://internal/hook", ""},
		{"https://example.com/a@b", ""},

		{"", noURL},
		{"example.com/hook", noURL},
		{"ftp://example.com", noURL},
		{"https:example.com", noURL},
		{"https:///hook", noURL},
		{"https://:443/hook", noURL},
		{"https://[::1/hook", noURL},
		{"https://example.com/%zz", noURL},

		{"https://exa mple.com", `the character ' ' at position 12`},
		{" https://example.com", `the character ' ' at position 1,`},
		{"https://example.com/hook\n", `the character '\n' at position 25`},
		{"https://example.com/\x00", `the character '\x00' at position 21`},
		{"https://example.com/\u200b", `the character '\u200b' at position 21`},
		{"https://exämple.com", `the character 'ä' at position 11`},
		{"https://example.com/{id}", `the character '{' at position 21`},
		{`https://example.com\hook`, `the character '\\' at position 20`},

		{"https://example.com:99999", `the URL's port is "99999"`},
		{"https://example.com:65536", `the URL's port is "65536"`},
		{"https://example.com:0/hook", `the URL's port is "0"`},
		{"https://example.com:/hook", `the URL's port is ""`},
		{"https://example.com:http", noURL},

		{"https://user:opensesame@example.com", "a user or a password"},
		{"https://user@example.com", "a user or a password"},
		{"https://@example.com", "a user or a password"},
		{"https://user:opensesame%zz@example.com", noURL},
		{"https://user:opensesame@example.com:port", noURL},

		{"https://example.com/hook#top", "fragment"},
		{"https://example.com/hook#", "fragment"},
		{"https://example.com/hook?share=100%", "in its query"},

		{"https://exa..mple.com", `host "exa..mple.com"`},
		{"https://-example.com", `host "-example.com"`},
		{"https://example.com..", `host "example.com.."`},
		{"https://exam!ple.com", `host "exam!ple.com"`},
		{"https://999.1.1.1", `host "999.1.1.1"`},
		{"https://127.1", `host "127.1"`},
		{"https://0x7f000001", `host "0x7f000001"`},
		{"https://[fe80::1%25eth0]", "host"},
		{"https://" + strings.Repeat("x", 64) + ".com", "host"},
		{"https://" + strings.Repeat("x.", 126) + "com", "host"},
		{"https://example.com/" + strings.Repeat("x", 2029), "at most 2048"},
	} {
		u, err := validate.ParseURL(c.url)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60q: got %v", c.url, err)
		}
		if err == nil && u.Hostname() == "" {
			t.Errorf("%q: no URL came back", c.url)
		}
		if err != nil && strings.Contains(err.Error(), "opensesame") {
			t.Errorf("%q: the error repeats the password", c.url)
		}
	}
}
