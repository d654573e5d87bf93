package scan

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/zricethezav/gitleaks/v8/detect"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Options are what a scan can be told.
type Options struct {
	// NoAllowComments finds tokens on lines that say gitleaks:allow, too.
	NoAllowComments bool
	// Ignore are fingerprints that aren't reported, as .gitleaksignore lists them.
	Ignore []string
	// Progress is told of each thing that has been looked at; may be nil. Calls
	// don't overlap.
	Progress func(done int)
}

// Result is what a scan found.
type Result struct {
	Findings []Finding
	// Scanned is how many files, or objects of git, were looked at.
	Scanned int
	// Ignored is how many findings Options.Ignore kept back.
	Ignored int
	// Skipped says, a sentence each, what could not be looked at and should have
	// been: the scan is not complete.
	Skipped []string
	// Notes say, a sentence each, what by its nature was not looked at.
	Notes []string
}

// Scanner finds tokens. It is safe for parallel use.
type Scanner struct {
	plain, decoding *detect.Detector
	options         Options
	ignore          map[string]bool
}

// New returns a scanner.
func New(options Options) (*Scanner, error) {
	plain, err := newDetector(0, !options.NoAllowComments)
	if err != nil {
		return nil, err
	}
	decoding, err := newDetector(decodings, !options.NoAllowComments)
	if err != nil {
		return nil, err
	}
	ignore := map[string]bool{}
	for _, fingerprint := range options.Ignore {
		ignore[fingerprint] = true
	}
	return &Scanner{plain: plain, decoding: decoding, options: options, ignore: ignore}, nil
}

// Reader scans what r holds; name stands for it in findings.
func (s *Scanner) Reader(ctx context.Context, name string, r io.Reader) (*Result, error) {
	c := s.collect()
	packed := &packed{}
	if err := s.scanReader(ctx, name, packed.watch(name, r), c.add); err != nil {
		return nil, err
	}
	c.scanned()
	packed.tell(c)
	return c.finish(), nil
}

// collector gathers a result from many goroutines.
type collector struct {
	scanner *Scanner
	mu      sync.Mutex
	result  Result
}

func (s *Scanner) collect() *collector { return &collector{scanner: s} }

func (c *collector) add(f Finding) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Findings = append(c.result.Findings, f)
}

func (c *collector) skip(sentence string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Skipped = append(c.result.Skipped, mask.Text(sentence))
}

func (c *collector) note(sentence string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Notes = append(c.result.Notes, mask.Text(sentence))
}

func (c *collector) scanned() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Scanned++
	if c.scanner.options.Progress != nil {
		c.scanner.options.Progress(c.result.Scanned)
	}
}

// finish gives the findings their fingerprints and drops the ignored ones.
// Nothing is found in parallel any more when it is called.
func (c *collector) finish() *Result {
	kept := []Finding{}
	for _, f := range c.result.Findings {
		f.Fingerprint = f.fingerprint()
		f.settle(Unknown)
		if c.scanner.ignored(&f) {
			c.result.Ignored++
			continue
		}
		kept = append(kept, f)
	}
	sortFindings(kept)
	c.result.Findings = kept
	return &c.result
}

// ignoreFile is where gitleaks looks for fingerprints to ignore.
const ignoreFile = ".gitleaksignore"

// parseIgnore returns the fingerprints in the content of a .gitleaksignore file:
// file:rule:line or commit:file:rule:line on a line of its own; # starts a
// comment. Those of other rules than Keyward's are left out.
func parseIgnore(content string) ([]string, error) {
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

// ReadIgnore reads the .gitleaksignore files of the working directory and of the
// directories that are scanned. That there is none is no error.
func ReadIgnore(dirs ...string) ([]string, error) {
	var all []string
	for _, dir := range append([]string{"."}, dirs...) {
		file, err := os.Open(filepath.Join(dir, ignoreFile))
		if err != nil {
			continue // no such file, or dir is a file itself
		}
		content, err := io.ReadAll(file)
		_ = file.Close() // it was only read
		if err != nil {
			return nil, fmt.Errorf("reading the fingerprints to ignore: %w", err)
		}
		fingerprints, err := parseIgnore(string(content))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, ignoreFile), err)
		}
		all = append(all, fingerprints...)
	}
	return all, nil
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
