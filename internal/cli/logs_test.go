package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

func TestLogs(t *testing.T) {
	s := newShop(t)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"class", []string{"--status", "4XX"}},
		{"table", []string{"--key", s.reporting.id, "--limit", "1"}},
		{"json", []string{"--key", s.reporting.id, "-o", "json"}},
		{"csv", []string{"--key", s.reporting.id, "-o", "csv"}},
		{"markdown", []string{"--key", s.checkout.id, "-o", "markdown"}},
		{"status", []string{"--status", "403", "--platform", "corebill"}},
		{"method", []string{"--method", "post", "--platform", "corebill", "--scope", s.SecondCompanyID}},
		{"since", []string{"--key", s.reporting.id, "--since", "2026-03-01T14:00:30Z"}},
		{"none", []string{"--key", s.deploy.id}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := s.keyward(t, append([]string{"logs"}, c.args...)...)
			if code != 0 || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			golden(t, "logs/"+c.name, stdout)
		})
	}
}

func TestLogsUsage(t *testing.T) {
	s := newStage(t)
	for want, args := range map[string][]string{
		`--status: "9xx" is no HTTP status`:             {"--status", "9xx"},
		`--status: "40" is no HTTP status`:              {"--status", "40"},
		`--since: "soon" is not a point in time`:        {"--since", "soon"},
		`--limit: -1 is less than nothing`:              {"--limit", "-1"},
		`--interval: it must be at least 1s`:            {"-f", "--interval", "1ms"},
		`--follow: a markdown table has an end`:         {"-f", "-o", "markdown"},
		`no key that the configured accounts see is ke`: {"--key", "key_none"},
		`--scope: no configured account reaches mer_no`: {"--scope", "mer_none"},
		`--scope: no configured account reaches com_no`: {"-f", "--scope", "com_none"},
	} {
		if code, stdout, stderr := s.keyward(t, append([]string{"logs"}, args...)...); code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

// Following shows each request once, as it comes, and none of its own.
func TestLogsFollow(t *testing.T) {
	for _, format := range []string{"table", "json", "csv"} {
		t.Run(format, func(t *testing.T) {
			s := newShop(t)
			rounds := 0
			s.sleep = func(_ context.Context, d time.Duration) error {
				s.pass(d)
				switch rounds++; rounds {
				case 1:
					s.CallBillium(t, s.checkout.token, "GET", "/webhooks", nil, "User-Agent", "=shop/1.1").Want(t, 403)
				case 2:
					s.CallCorebill(t, s.reporting.token, "GET", "/companies", nil, "User-Agent", "reports/2.1").Want(t, 200)
				case 4:
					return context.Canceled
				}
				return nil
			}
			code, stdout, stderr := s.keywardTo(t, &bytes.Buffer{}, "logs", "-f", "--since", "10s", "--interval", "5s", "-o", format)
			if code != 0 || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			golden(t, "logs/follow-"+format, stdout)
		})
	}
}

func TestWhoami(t *testing.T) {
	s := newShop(t)
	for _, format := range []string{"table", "json", "csv", "markdown"} {
		t.Run(format, func(t *testing.T) {
			code, stdout, stderr := s.keyward(t, "whoami", "-o", format)
			if code != 0 || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			if format == "json" {
				stdout = onlyLines(stdout, `"permissions"`, `:`)
			}
			golden(t, "whoami/"+format, stdout)
		})
	}
	s.env["COREBILL_API_KEY"] = s.reporting.token
	s.env["BILLIUM_API_KEY"] = s.browser.token
	code, stdout, stderr := s.keyward(t, "whoami")
	if code != 0 || stderr != "" {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	golden(t, "whoami/lesser", stdout)
	s.env["BILLIUM_API_KEY"] = s.revoked.token
	code, stdout, stderr = s.keyward(t, "whoami")
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	golden(t, "whoami/refused", stdout+"---- stderr\n"+requestIDs.ReplaceAllString(stderr, "request req_0"))
}

// onlyLines leaves out the lines that have none of the words.
func onlyLines(text string, words ...string) string {
	var kept []string
	for line := range strings.Lines(text) {
		for _, word := range words {
			if strings.Contains(line, word) {
				kept = append(kept, line)
				break
			}
		}
	}
	return strings.Join(kept, "")
}
