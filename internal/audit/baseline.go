package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// Baseline is a file of findings that were reviewed and accepted.
type Baseline struct {
	Version  int         `json:"version"`
	Accepted []Accepting `json:"accepted"`
}

// Accepting is one accepted finding.
type Accepting struct {
	ID string `json:"id"`
	// Title is for the reader of the file; nothing depends on it.
	Title string `json:"title,omitempty"`
	// Reason is why it is accepted.
	Reason string `json:"reason,omitempty"`
	// Until is when the acceptance ends (RFC 3339); nil for never.
	Until *time.Time `json:"until,omitempty"`
}

// Acceptance is why a finding doesn't count.
type Acceptance struct {
	Reason string     `json:"reason,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
}

// baselineVersion is that of the file's form.
const baselineVersion = 1

// ReadBaseline reads a file. A field that is not known is an error, so that a
// typing mistake accepts nothing for ever.
func ReadBaseline(file string) (*Baseline, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var b Baseline
	if err := decoder.Decode(&b); err != nil {
		return nil, fmt.Errorf("the baseline %s is not what --write-baseline writes: %w", file, err)
	}
	if b.Version != baselineVersion {
		return nil, fmt.Errorf("the baseline %s has the version %d; this keyward knows version %d", file, b.Version, baselineVersion)
	}
	return &b, nil
}

// Accept marks what the baseline accepts now, and returns the ids that match no
// finding any more.
func (b *Baseline) Accept(findings []Finding, now time.Time) (unmatched []string) {
	byID := make(map[string]*Finding, len(findings))
	for i := range findings {
		byID[findings[i].ID] = &findings[i]
	}
	for _, a := range b.Accepted {
		switch finding := byID[a.ID]; {
		case finding == nil:
			unmatched = append(unmatched, a.ID)
		case a.Until == nil || a.Until.After(now):
			finding.Accepted = &Acceptance{a.Reason, a.Until}
		}
	}
	return unmatched
}

// NewBaseline accepts the findings. What the old baseline, which may be nil,
// says of them is kept.
func NewBaseline(findings []Finding, old *Baseline) Baseline {
	said := map[string]Accepting{}
	if old != nil {
		for _, a := range old.Accepted {
			said[a.ID] = a
		}
	}
	b := Baseline{Version: baselineVersion, Accepted: []Accepting{}}
	for _, f := range findings {
		a := said[f.ID]
		a.ID, a.Title = f.ID, f.Title
		b.Accepted = append(b.Accepted, a)
	}
	return b
}

// Write writes the baseline as its file is.
func (b Baseline) Write(w io.Writer) error { return output.JSON(w, b) }
