// Package junit writes results in the form that CI systems show as tests.
package junit

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// Suite is a group of cases.
type Suite struct {
	Name  string
	Cases []Case
}

// Case is one thing that was looked at.
type Case struct {
	Name string
	// Failures are what is wrong, none for a case that passes.
	Failures []Failure
	// Skipped says why it wasn't looked at, or why what is wrong is accepted.
	Skipped string
}

// Failure is one thing that is wrong.
type Failure struct {
	// Message is a line, Type a word such as a severity, Text what more there is.
	Message, Type, Text string
}

type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	testcase struct {
		Class    string    `xml:"classname,attr"`
		Name     string    `xml:"name,attr"`
		Skipped  *skipped  `xml:"skipped"`
		Failures []failure `xml:"failure"`
	}
	skipped struct {
		Message string `xml:"message,attr"`
	}
	failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// Write writes the suites under the name of what made them.
func Write(w io.Writer, name string, groups []Suite) error {
	all := suites{Name: name}
	for _, group := range groups {
		s := suite{Name: group.Name}
		for _, c := range group.Cases {
			t := testcase{Class: group.Name, Name: c.Name}
			for _, f := range c.Failures {
				t.Failures = append(t.Failures, failure(f))
			}
			s.Tests++
			switch {
			case len(t.Failures) > 0:
				s.Failures++
			case c.Skipped != "":
				s.Skipped++
				t.Skipped = &skipped{c.Skipped}
			}
			s.Cases = append(s.Cases, t)
		}
		all.Tests, all.Failures, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Skipped+s.Skipped
		all.Suites = append(all.Suites, s)
	}
	for i := range all.Suites { // before XML replaces what it can't hold
		for j := range all.Suites[i].Cases {
			all.Suites[i].Cases[j].escape()
		}
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

// escape has what can't be seen escaped.
func (t *testcase) escape() {
	t.Name = printable.Text(t.Name)
	if t.Skipped != nil {
		t.Skipped.Message = printable.Text(t.Skipped.Message)
	}
	for i, f := range t.Failures {
		t.Failures[i] = failure{printable.Text(f.Message), f.Type, printable.Text(f.Text)}
	}
}
