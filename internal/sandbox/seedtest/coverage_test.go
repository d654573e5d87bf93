package seedtest

import (
	"embed"
	"fmt"
	"strings"
	"testing"
)

//go:embed testdata/*.txt
var pages embed.FS

// sentence is a line of a page: a sentence, a row of a table or a sample.
type sentence struct {
	page    string
	section string
	number  int // in its section, from 1
	text    string
}

// sentences reads a page's file: one sentence a line, sections as "== Name".
func sentences(t *testing.T, page string) []sentence {
	t.Helper()
	content, err := pages.ReadFile("testdata/" + page + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []sentence
	section, number := "", 0
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "== "); ok {
			section, number = name, 0
		} else if line != "" {
			number++
			out = append(out, sentence{page, section, number, line})
		}
	}
	return out
}

// places maps page and text of a sentence to "page/section/number".
func places(t *testing.T) map[string]string {
	t.Helper()
	place := map[string]string{}
	for _, page := range []string{corebillPage, billiumPage} {
		for _, s := range sentences(t, page) {
			place[page+s.text] = fmt.Sprintf("%s/%s/%d", page, s.section, s.number)
		}
	}
	return place
}

// TestEverySentenceIsCoveredOnce proves that no sentence of the pages was left
// out, none is claimed twice and none is made up.
func TestEverySentenceIsCoveredOnce(t *testing.T) {
	times := map[string]int{}
	for _, r := range rows() {
		times[r.page+r.sentence]++
	}
	for _, u := range uncheckedSentences {
		times[u.page+u.sentence]++
		if u.reason == "" {
			t.Errorf("%s: %q has no reason", u.page, u.sentence)
		}
	}
	for _, page := range []string{corebillPage, billiumPage} {
		for _, s := range sentences(t, page) {
			if n := times[page+s.text]; n != 1 {
				t.Errorf("%s, %s: %q is in the tables %d times, want once", page, s.section, s.text, n)
			}
			delete(times, page+s.text)
		}
	}
	for text := range times {
		t.Errorf("no page says %q", text)
	}
}

// TestTablesAreWhole keeps the tables from shrinking unseen.
func TestTablesAreWhole(t *testing.T) {
	if n := len(rows()); n < 60 {
		t.Errorf("%d rows, want at least 60", n)
	}
	if n := len(facts()); n < 80 {
		t.Errorf("%d facts, want at least 80", n)
	}
	seen := map[string]bool{}
	for _, f := range facts() {
		if f.source != documented && f.source != contract {
			t.Errorf("%q: source %q is neither documented nor contract", f.statement, f.source)
		}
		if name := f.platform + f.statement; seen[name] {
			t.Errorf("%s: %q is there twice", f.platform, f.statement)
		} else {
			seen[name] = true
		}
	}
}
