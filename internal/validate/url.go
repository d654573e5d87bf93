package validate

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// maxURLLength is the contract's limit on a URL, in bytes.
const maxURLLength = 2048

// ParseURL returns an absolute http or https URL that a platform can be given,
// or says what is wrong with it. It is strict where net/url is not: a slip would
// show only when the platform uses the URL. No error repeats a password.
func ParseURL(text string) (*url.URL, error) {
	if len(text) > maxURLLength {
		return nil, fmt.Errorf("the URL has %d characters; at most %d are accepted", len(text), maxURLLength)
	}
	if i := strings.IndexFunc(text, foreign); i >= 0 {
		return nil, fmt.Errorf("the URL has the character %q at position %d, which no URL has: "+
			"write it percent-encoded (a space is %%20), and a host outside ASCII in its xn-- form", firstRune(text[i:]), i+1)
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		return nil, errors.New("the URL has a user or a password before its host: it would be readable in the plan, in the state and on the platform. " +
			"Leave it out, and let the endpoint tell its callers apart in another way")
	case strings.Contains(text, "#"):
		return nil, errors.New("the URL has a fragment (what is after #), which is never sent: leave it out")
	case err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
		return nil, notURL(text)
	}
	if _, err := url.PathUnescape(u.RawQuery); err != nil {
		return nil, errors.New("the URL has a % in its query that two hexadecimal digits don't follow: write a % itself as %25")
	}
	if err := checkPort(u); err != nil {
		return nil, err
	}
	return u, checkHost(u.Hostname())
}

func notURL(text string) error {
	shown := strconv.Quote(text)
	if strings.Contains(text, "@") {
		shown = "this" // there may be a password in it
	}
	return fmt.Errorf("%s is not a URL that can be called: it starts with https:// and a host, for example https://example.com/hooks", shown)
}

// foreign tells the characters that a URL has only when they are encoded. Source:
// RFC 3986, section 2.
func foreign(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r)
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func checkPort(u *url.URL) error {
	port := u.Port()
	if port == "" && !strings.HasSuffix(u.Host, ":") {
		return nil
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("the URL's port is %q: a port is a number from 1 to 65535", port)
	}
	return nil
}

// Names of hosts: labels of letters, digits, hyphens and underscores, of which
// the last is not a number, lest it be taken for an address. Source: RFC 1123,
// section 2.1, and the WHATWG URL standard.
var (
	label  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)
	number = regexp.MustCompile(`^([0-9]+|0[xX][0-9a-fA-F]*)$`)
)

const maxHostLength = 253

func checkHost(host string) error {
	if address, err := netip.ParseAddr(host); err == nil && address.Zone() == "" {
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	for _, l := range labels {
		if !label.MatchString(l) {
			return notHost(host)
		}
	}
	if len(host) > maxHostLength || number.MatchString(labels[len(labels)-1]) {
		return notHost(host)
	}
	return nil
}

func notHost(host string) error {
	return fmt.Errorf("the URL's host %q is neither a name such as example.com nor an IP address", host)
}
