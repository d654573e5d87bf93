package scan

import (
	"fmt"
	"strings"
)

// IgnoreFile is where gitleaks looks for fingerprints to ignore.
const IgnoreFile = ".gitleaksignore"

// ParseIgnore returns the fingerprints in the content of a .gitleaksignore file:
// file:rule:line or commit:file:rule:line on a line of its own; # starts a
// comment. Those of other rules than Keyward's are left out.
func ParseIgnore(content string) ([]string, error) {
	var fingerprints []string
	for number, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.Count(line, ":") < 2 {
			return nil, fmt.Errorf("line %d is no fingerprint: it must be file:rule:line or commit:file:rule:line", number+1)
		}
		if strings.Contains(line, ":keyward-") {
			fingerprints = append(fingerprints, strings.ReplaceAll(line, `\`, "/"))
		}
	}
	return fingerprints, nil
}

// ignored reports whether the finding's fingerprint, or the one that it would
// have outside of git, is to be ignored.
func (s *Scanner) ignored(f *Finding) bool {
	if s.ignore[f.Fingerprint] {
		return true
	}
	anywhere := *f
	anywhere.Commit = nil
	return s.ignore[anywhere.fingerprint()]
}
