package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFence(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"a\nb":                  "a\nb",
		"a:\n\n  b\n    c\n\nd": "a:\n\n```\nb\n  c\n```\n\nd",
		"a\n  b":                "a\n```\nb\n```",
		"  b\n\n  c\nd":         "```\nb\n```\n\n```\nc\n```\nd",
	} {
		if got := fence(text); got != want {
			t.Errorf("fence(%q) is %q, want %q", text, got, want)
		}
	}
}

// The pages under docs/cli are those of the commands as they are.
func TestPagesAreUpToDate(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir, false, "dev"); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/cli/*.md")
	if err != nil {
		t.Fatal(err)
	}
	generated, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(pages) != len(generated) {
		t.Errorf("there are %d pages, and %d commands (make docs writes them anew): %v", len(pages), len(generated), err)
	}
	for _, page := range pages {
		have, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, filepath.Base(page)))
		if err != nil || string(have) != string(want) {
			t.Errorf("%s is out of date: make docs writes it anew (%v)", page, err)
		}
	}
}

func TestManualPages(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir, true, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "keyward-keys-revoke.1"))
	if err != nil || !strings.Contains(string(page), `keyward 1.2.3`) || !strings.Contains(string(page), "pbpaste") && !strings.Contains(string(page), "leaked-token") {
		t.Errorf("%v\n%s", err, page)
	}
}
