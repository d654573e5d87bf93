package client

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// parseBaseURL checks a base URL and returns it without a trailing slash. The
// errors say what to write instead; they repeat no part that may be secret.
func parseBaseURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// A *url.Error repeats the whole URL, user and password included.
		if inner := (*url.Error)(nil); errors.As(err, &inner) {
			err = inner.Err
		}
		return "", fmt.Errorf("the base URL is not a URL: %s", redactTokens(err.Error()))
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return "", errors.New("the base URL must start with https:// (or with http:// for a loopback address)")
	case u.User != nil:
		return "", errors.New("the base URL must not have a user or a password in it: the API key is all the authentication there is")
	case u.Hostname() == "":
		return "", errors.New("the base URL has no host")
	case u.RawQuery != "" || u.ForceQuery:
		return "", errors.New("the base URL must not have a query (the part after ?)")
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return "", errors.New("the base URL must not have a fragment (the part after #)")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "", fmt.Errorf("the base URL would send the API key to %s unencrypted: write https:// (plain http is for loopback addresses only)",
			redactTokens(u.Hostname()))
	}
	return checkBasePath(u)
}

func checkBasePath(u *url.URL) (string, error) {
	base := strings.TrimRight(u.EscapedPath(), "/")
	if base != "" && path.Clean(base) != base {
		return "", errors.New("the path of the base URL must not have empty, . or .. parts")
	}
	origin := u.Scheme + "://" + u.Host
	if without, ok := strings.CutSuffix(base, "/v1"); ok {
		return "", fmt.Errorf("the base URL must not end in /v1, which the client adds itself: write %s", redactTokens(origin+without))
	}
	return origin + base, nil
}

// loopback reports whether a host is this machine by its name or address alone,
// with no look-up that someone else could answer.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
