package sandbox_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, c := range map[string]struct {
		reachable string
		exposed   bool
	}{
		"127.0.0.1:8787":  {"127.0.0.1:8787", false},
		"127.1.2.3:8787":  {"127.1.2.3:8787", false},
		"[::1]:8787":      {"[::1]:8787", false},
		"0.0.0.0:8787":    {"127.0.0.1:8787", true},
		"[::]:8787":       {"127.0.0.1:8787", true},
		"192.0.2.7:8787":  {"192.0.2.7:8787", true},
		"[2001:db8::1]:1": {"[2001:db8::1]:1", true},
		"pipe":            {"pipe", false},
	} {
		if got := sandbox.Reachable(address); got != c.reachable {
			t.Errorf("%s is reachable at %s", address, got)
		}
		got := strings.Join(sandbox.Exposed(address), "")
		if (got != "") != c.exposed || c.exposed && !strings.Contains(got, "Other machines can reach "+address) {
			t.Errorf("%s: the warning is %q", address, got)
		}
	}
}

func TestServingBeyondThisMachineIsWarnedOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	options := sandbox.Options{
		Listen: "0.0.0.0:0", Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "a.json"),
	}
	s := serve(t, options)
	defer s.end(t)
	if got := s.ready.Warnings; len(got) != 1 || !strings.Contains(got[0], "--listen 127.0.0.1:") {
		t.Errorf("the warnings are %q", got)
	}
	if got := s.ready.CorebillBaseURL; !strings.HasPrefix(got, "http://127.0.0.1:") {
		t.Errorf("the base URL is %s", got)
	}
}
