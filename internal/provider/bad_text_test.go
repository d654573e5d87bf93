package provider_test

import (
	"regexp"
	"testing"
)

// Names and descriptions that can't be read, and URLs that can't be
// call, are refused by the configuration's validation, on their attribute.
func TestBadText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(attributes string) string {
		return permissionSetConfig(attributes + "\n" + `permissions = ["invoice:view"]`)
	}
	hook := func(platform, attributes string) string {
		return `resource "keyward_` + platform + `_webhook" "x" {
			events = ["invoice.paid"]
			` + attributes + `
		}`
	}
	url := func(platform, url string) string { return hook(platform, `url = "`+url+`"`) }
	cases := []struct{ name, config, attribute, want string }{
		{"a set's name that can't be printed", set(`name = "a\u0000b"`), "name", `has a character that can't be printed`},
		{"a set's name with a space before it", set(`name = " books"`), "name", `the name " books" starts or ends with a space`},
		{"a set's description with an escape", set(`name = "x"` + "\n" + `description = "a\u001b[31mb"`), "description", `has a character that can't be printed`},
		{"a set's description with a line break after it", set(`name = "x"` + "\n" + `description = "a\n"`), "description", `starts or ends with a space or a line break`},
		{"a company's name over two lines", `resource "keyward_corebill_company" "x" { name = "a\nb" }`, "name", `has a character that can't be printed`},
		{"a company's blank name", `resource "keyward_corebill_company" "x" { name = "   " }`, "name", `starts or ends with a space`},
		{"a company's logo with a password", `resource "keyward_corebill_company" "x" {
			name     = "x"
			logo_url = "https://user:opensesame@example.com/logo.png"
		}`, "logo_url", `has a user or a password before its host`},
		{"a merchant's name with a space after it", `resource "keyward_billium_merchant" "x" { name = "shop " }`, "name", `starts or ends with a space`},
		{"a webhook's description that can't be printed", hook("billium", `url = "https://example.com"`+"\n"+`description = "a\u200bb"`), "description", `has a character that can't be printed`},
		{"an ephemeral key's name that can't be printed", `ephemeral "keyward_billium_api_key" "x" { name = "a\u0000b" }`, "name", `has a character that can't be printed`},

		{"a URL with a space", url("corebill", "https://example.com/my hook"), "url", `the character ' ' at position 23, which no URL has`},
		{"a URL with a control character", url("billium", `https://example.com/\u0007`), "url", `the character '\a' at position 21`},
		{"a URL with a port that doesn't exist", url("corebill", "https://example.com:99999/hook"), "url", `the URL's port is "99999": a port is a number from 1 to 65535`},
		{"a URL with a password", url("billium", "https://user:opensesame@example.com/hook"), "url", `has a user or a password before its host`},
		{"a URL with a fragment", url("corebill", "https://example.com/hook#top"), "url", `has a fragment`},
		{"a URL with a placeholder", url("billium", "https://example.com/{id}"), "url", `the character '{' at position 21`},
		{"a URL with a host that can't be", url("corebill", "https://example..com"), "url", `the URL's host "example..com" is neither a name`},
		{"a URL without its scheme", url("billium", "example.com/hook"), "url", `"example.com/hook" is not a URL that can be called`},
	}
	webhooks, sets := len(w.Webhooks(t)), len(w.PermissionSets(t))
	var mistakes []mistake
	for _, c := range cases {
		// The line of the attribute is quoted before what is said of it.
		mistakes = append(mistakes, mistake{c.name, c.config, regexp.MustCompile(`(?s)line \d+, in .*\b` + c.attribute + ` += .*` + says(c.want).String())})
	}
	w.refusesAll(t, mistakes)
	if err := all(
		exactly(webhooks, len(w.Webhooks(t)), "webhooks"),
		exactly(sets, len(w.PermissionSets(t)), "permission sets"),
	); err != nil {
		t.Error("the server was changed: ", err)
	}
}
