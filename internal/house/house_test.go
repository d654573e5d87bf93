// Package house holds the repository to what its pages for contributors say of it.
package house_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/keyward/terraform-provider-keyward/"
)

// files yields the paths of the repository's text files, from its root.
func files(t *testing.T, suffixes ...string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(name, ".") && name != ".ci" || name == "bin" || name == "node_modules"):
			return filepath.SkipDir
		case !entry.IsDir() && slices.Contains(suffixes, filepath.Ext(name)):
			relative, err := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(relative))
			return err
		}
		return nil
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

const glossary = "docs/contributing/glossary.md"

// retired returns the page's retired words, each as an expression, with what is said instead.
func retired(page string) map[*regexp.Regexp]string {
	_, table, _ := strings.Cut(page, "\n## Retired words\n")
	table, _, _ = strings.Cut(table, "\n## ")
	words := map[*regexp.Regexp]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+)` \\| (.+) \\|$").FindAllStringSubmatch(table, -1) {
		words[regexp.MustCompile(strings.ReplaceAll(row[1], `\|`, "|"))] = row[2]
	}
	return words
}

// elsewhere are retired words that mean something else where they stand.
var elsewhere = map[string]string{
	"internal/sandbox/sandboxtest/postgres_unix.go": "nobody", // a user of Unix
}

func TestRetiredWords(t *testing.T) {
	t.Parallel()
	words := retired(read(t, glossary))
	if len(words) < 10 {
		t.Fatalf("the page has %d retired words", len(words))
	}
	var all []string
	for word := range words {
		all = append(all, word.String())
	}
	anyWord := regexp.MustCompile(strings.Join(all, "|"))
	for _, path := range files(t, ".go", ".md", ".tmpl", ".tf", ".yaml", ".yml", ".rego", ".sql", ".sh", ".html", ".css") {
		if path == glossary || strings.HasPrefix(path, "internal/house/") {
			continue
		}
		content := strings.ReplaceAll(read(t, path), `\n`, "  ") // what a text wraps with
		if !anyWord.MatchString(content) {
			continue
		}
		for number, line := range strings.Split(content, "\n") {
			for word, instead := range words {
				found := word.FindString(line)
				if found != "" && elsewhere[path] != found {
					t.Errorf("%s:%d: %q is retired: say %s", path, number+1, found, instead)
				}
			}
		}
	}
}

func TestRetiredWordsAreFound(t *testing.T) {
	t.Parallel()
	words := retired("\n## Retired words\n\n| Retired | Instead |\n| --- | --- |\n| `\\b[Ww]idget(s\\|ed)?\\b` | thing |\n\n## Other\n| `x` | y |\n")
	if len(words) != 1 {
		t.Fatalf("%d words", len(words))
	}
	for word := range words {
		if !word.MatchString("Widget the variable") || !word.MatchString("it widgeted") || word.MatchString("midgets, subwidgets") {
			t.Errorf("%s", word)
		}
	}
}

// room is the part of the house that a package belongs to: what the arrows name.
func room(path string) string {
	inside, found := strings.CutPrefix(path, "internal/")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(inside, "/")
	return name
}

// arrows returns the arrows of the page's diagram, by where they begin.
func arrows(page string) map[string]map[string]bool {
	_, diagram, _ := strings.Cut(page, "```mermaid\nflowchart TD\n")
	diagram, _, _ = strings.Cut(diagram, "```")
	out := map[string]map[string]bool{}
	for line := range strings.Lines(diagram) {
		from, to, ok := strings.Cut(line, "-->")
		if !ok {
			continue
		}
		for a := range strings.SplitSeq(from, "&") {
			for b := range strings.SplitSeq(to, "&") {
				a, b := strings.TrimSpace(a), strings.TrimSpace(b)
				if out[a] == nil {
					out[a] = map[string]bool{}
				}
				out[a][b] = true
			}
		}
	}
	return out
}

// reachable returns all rooms that the arrows lead to from one.
func reachable(arrows map[string]map[string]bool, from string) map[string]bool {
	all := map[string]bool{}
	next := []string{from}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for to := range arrows[at] {
			if !all[to] {
				all[to] = true
				next = append(next, to)
			}
		}
	}
	return all
}

// imports returns which rooms import which, without tests, with a file as an example.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, path := range files(t, ".go") {
		from := room(path)
		if from == "" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			to := room(strings.TrimPrefix(strings.Trim(imported.Path.Value, `"`), module))
			if to == "" || to == from {
				continue
			}
			if out[from] == nil {
				out[from] = map[string]string{}
			}
			out[from][to] = path
		}
	}
	return out
}

// The diagram of the page is what the imports are: each import follows arrows, and each
// arrow is an import.
func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	drawn, found := arrows(read(t, "docs/contributing/architecture.md")), imports(t)
	if len(drawn) < 5 {
		t.Fatalf("the page has arrows from %d rooms", len(drawn))
	}
	for _, tool := range []string{"bench", "docschema", "clidocs"} {
		delete(found, tool) // not shipped
	}
	for _, from := range slices.Sorted(maps.Keys(found)) {
		allowed := reachable(drawn, from)
		for to, example := range found[from] {
			if !allowed[to] {
				t.Errorf("%s imports %s, and no arrow leads there", example, to)
			}
		}
	}
	for from, tos := range drawn {
		for to := range tos {
			if found[from][to] == "" {
				t.Errorf("the page has an arrow from %s to %s, which no file imports", from, to)
			}
		}
		if reachable(drawn, from)[from] {
			t.Errorf("the arrows lead from %s back to it", from)
		}
	}
}

// Each walk names files that exist, no file twice, functions that are in them, and no more
// files than a newcomer reads in one go.
func TestWalks(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/contributing/walks.md")
	step := regexp.MustCompile("(?s)^\\d+\\. `([^`]+)`: ((?:`\\w+`,?\\s*)+)\\.")
	for title, most := range map[string]int{"A token": 10, "A permission": 14, "A rotation": 14} {
		_, walk, found := strings.Cut(page, "\n## "+title+":")
		walk, _, _ = strings.Cut(walk, "\n## ")
		visited := map[string]bool{}
		for _, part := range regexp.MustCompile(`(?m)^(?:\d+\. )`).FindAllStringIndex(walk, -1) {
			hop := step.FindStringSubmatch(walk[part[0]:])
			if hop == nil {
				t.Errorf("%s: not a step: %.60q", title, walk[part[0]:])
				continue
			}
			if visited[hop[1]] {
				t.Errorf("%s visits %s twice", title, hop[1])
			}
			visited[hop[1]] = true
			source := read(t, hop[1])
			for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(hop[2], -1) {
				if !regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + name[1] + `[(\[]`).MatchString(source) {
					t.Errorf("%s: %s has no function %s", title, hop[1], name[1])
				}
			}
		}
		if !found || len(visited) < 3 || len(visited) > most {
			t.Errorf("%s: %d files, want at most %d", title, len(visited), most)
		}
	}
}
