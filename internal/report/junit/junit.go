// Package junit writes results in the form that CI systems show as tests.
package junit

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Suite is a group of cases.
type Suite struct {
	Name string `xml:"name,attr"`
	totals
	Cases []Case `xml:"testcase"`
}

// Case is one thing that was looked at.
type Case struct {
	// Class is the suite's name; Write sets it.
	Class string `xml:"classname,attr"`
	Name  string `xml:"name,attr"`
	// Skipped says why it wasn't looked at, or why what is wrong is accepted; nil for
	// neither, and of no meaning for a case that fails.
	Skipped *Skipped `xml:"skipped"`
	// Failures are what is wrong, none for a case that passes.
	Failures []Failure `xml:"failure"`
}

// Skipped is a reason, in a line.
type Skipped struct {
	Message string `xml:"message,attr"`
}

// Failure is one thing that is wrong.
type Failure struct {
	// Message is a line, Type a word such as a severity, Text what more there is.
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// totals are those of a suite, or of all of them.
type totals struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type document struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	totals
	Suites []Suite `xml:"testsuite"`
}

// Write writes the suites under the name of what made them. What can't be seen is
// escaped, before XML replaces what it can't hold.
func Write(w io.Writer, name string, suites []Suite) error {
	all := document{Name: name}
	for _, s := range suites {
		s.Cases = slices.Clone(s.Cases)
		for i := range s.Cases {
			s.Cases[i].complete(s.Name)
			s.Tests++
			switch c := s.Cases[i]; {
			case len(c.Failures) > 0:
				s.Failures++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		all.Tests, all.Failures, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Skipped+s.Skipped
		all.Suites = append(all.Suites, s)
	}
	var b strings.Builder
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// complete has the case say its suite and escapes its texts, in copies of what the caller
// may still use.
func (c *Case) complete(suite string) {
	c.Class, c.Name, c.Failures = suite, printable.Text(c.Name), slices.Clone(c.Failures)
	for i, f := range c.Failures {
		c.Failures[i] = Failure{printable.Text(f.Message), f.Type, printable.Text(f.Text)}
	}
	switch {
	case len(c.Failures) > 0:
		c.Skipped = nil
	case c.Skipped != nil:
		c.Skipped = &Skipped{printable.Text(c.Skipped.Message)}
	}
}
