package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/audit/report"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

var update = flag.Bool("update", false, "write the golden files anew")

var endings = map[output.Format]string{
	output.FormatTable: "txt", output.FormatJSON: "json", output.FormatCSV: "csv", output.FormatMarkdown: "md",
	output.FormatSARIF: "sarif", output.FormatJUnit: "xml", output.FormatHTML: "html",
}

func write(t *testing.T, r *audit.Report, format output.Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden compares every output with what it was when someone last looked.
func TestGolden(t *testing.T) {
	for name, r := range map[string]*audit.Report{"full": full(), "empty": empty()} {
		for _, format := range report.Formats {
			t.Run(name+"/"+string(format), func(t *testing.T) {
				got := write(t, r, format)
				file := filepath.Join("testdata", name+"."+endings[format])
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s is not as before; with -update it is written anew\n%s", file, firstDifference(got, string(want)))
				}
			})
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "got  " + g[i] + "\nwant " + w[i]
		}
	}
	return "one is longer"
}

func TestUnknownFormat(t *testing.T) {
	if err := report.Write(io.Discard, "yaml", empty(), false); err == nil || !strings.Contains(err.Error(), "as yaml") {
		t.Error(err)
	}
}

func TestColor(t *testing.T) {
	var b bytes.Buffer
	if err := report.Write(&b, output.FormatTable, full(), true); err != nil || !strings.Contains(b.String(), "\x1b[31mhigh\x1b[0m") {
		t.Errorf("%v %q", err, b.String())
	}
}

// TestSARIFIsValid holds it against the schema of SARIF 2.1.0, and proves that
// the schema refuses something.
func TestSARIFIsValid(t *testing.T) {
	for _, r := range []*audit.Report{full(), empty()} {
		parsed, err := sarif.FromString(write(t, r, output.FormatSARIF), sarif.WithStrictValidation())
		if err != nil {
			t.Fatal(err)
		}
		if err := parsed.Validate(); err != nil {
			t.Error(err)
		}
		run := parsed.Runs[0]
		if len(run.Results) != len(r.Findings) || *run.Invocations[0].ExecutionSuccessful != (len(r.Made.Gaps) == 0) {
			t.Errorf("%d results of %d findings, %+v", len(run.Results), len(r.Findings), run.Invocations[0])
		}
		suppressed := 0
		for _, result := range run.Results {
			suppressed += len(result.Suppressions)
		}
		if want := len(r.Findings) - len(r.Open()); suppressed != want {
			t.Errorf("%d results are suppressed, want %d", suppressed, want)
		}
		run.Tool = nil
		if parsed.Validate() == nil {
			t.Error("the schema takes a run without a tool")
		}
	}
}

func TestJSON(t *testing.T) {
	r := full()
	var got struct {
		Findings []audit.Finding
		Summary  struct {
			Open, Accepted int
			Complete       bool
		}
		Principals []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(write(t, r, output.FormatJSON)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != len(r.Findings) || got.Summary.Open != len(r.Open()) || got.Summary.Accepted != 1 || got.Summary.Complete || len(got.Principals) != 9 {
		t.Errorf("%+v", got)
	}
}

func TestCSV(t *testing.T) {
	r := full()
	rows, err := csv.NewReader(strings.NewReader(write(t, r, output.FormatCSV))).ReadAll()
	if err != nil || len(rows) != len(r.Findings)+1 || rows[0][0] != "id" || rows[1][0] != r.Findings[0].ID {
		t.Errorf("%v: %d rows", err, len(rows))
	}
}

func TestJUnit(t *testing.T) {
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	r := full()
	if err := xml.Unmarshal([]byte(write(t, r, output.FormatJUnit)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Failures != len(r.Open())+len(r.Made.Gaps) || got.Skipped != 1 || got.Tests < len(audit.Rules()) {
		t.Errorf("%+v", got)
	}
}

// TestMarkupIsText proves that the name of an object is text in every output.
func TestMarkupIsText(t *testing.T) {
	for _, format := range []output.Format{output.FormatMarkdown, output.FormatJUnit, output.FormatHTML} {
		if strings.Contains(write(t, full(), format), "<script>") {
			t.Errorf("%s has the name of a key as markup", format)
		}
	}
}

// TestPageIsComplete proves that the page needs nothing from elsewhere.
func TestPageIsComplete(t *testing.T) {
	page := write(t, full(), output.FormatHTML)
	for _, pattern := range []string{`(?i)<script`, `(?i)<link`, `(?i)<img`, `(?i)<iframe`, `(?i)\ssrc=`, `@import`, `url\(`, `href="[^#]`, `(?i)\son[a-z]+=`} {
		if found := regexp.MustCompile(pattern).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	for _, part := range []string{`lang="en"`, `prefers-color-scheme: dark`, `@media print`, `default-src 'none'`, `<caption>`, `role="img"`, `scope="row"`, `class="skip"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
	for _, link := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]+)"`).FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(link[1]) {
			if !ids[id] {
				t.Errorf("something points to %s, which is not there", id)
			}
		}
	}
}

// TestNoTokens proves that nothing that looks like a whole token is in a report.
func TestNoTokens(t *testing.T) {
	token := regexp.MustCompile(`sk_live_[0-9A-Za-z]{3,}|[sp]k_[0-9A-Za-z]{14,}`)
	for _, format := range report.Formats {
		if found := token.FindString(write(t, full(), format)); found != "" {
			t.Errorf("%s shows %s", format, found)
		}
	}
}

// TestTableOfAnIncompleteAudit proves that a table without findings says what could not be
// read, and never that there are none.
func TestTableOfAnIncompleteAudit(t *testing.T) {
	r := full()
	r.Findings = nil
	got := write(t, r, output.FormatTable)
	for _, want := range []string{"No findings in what could be read.", "Not everything could be read", "invitations of", "Missing permission: team:view"} {
		if !strings.Contains(got, want) {
			t.Errorf("the table lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "No findings.") {
		t.Errorf("the table says that there are no findings:\n%s", got)
	}
}
