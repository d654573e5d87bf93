// Command clidocs writes the pages about keyward's commands from the commands
// themselves: Markdown for docs/cli, or manual pages.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/keyward/terraform-provider-keyward/internal/cli"
	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
)

func main() {
	man := flag.Bool("man", false, "write manual pages instead of Markdown")
	version := flag.String("version", "dev", "`VERSION` that manual pages name")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(fmt.Errorf("usage: clidocs [-man] [-version VERSION] DIR"))
	}
	fail(write(flag.Arg(0), *man, *version))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "clidocs:", err)
		os.Exit(1)
	}
}

// write writes a page for each command into a directory that has nothing else.
func write(dir string, man bool, version string) error {
	root := cli.Command(&env.Env{Version: version})
	root.InitDefaultCompletionCmd()
	prepare(root)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if man {
		return doc.GenManTree(root, &doc.GenManHeader{Title: "KEYWARD", Section: "1", Source: "keyward " + version, Manual: "Keyward"}, dir)
	}
	err := doc.GenMarkdownTreeCustom(root, dir, func(string) string { return "" }, func(link string) string { return link })
	if err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	for _, page := range pages {
		err = errors.Join(err, finish(page))
	}
	return err
}

// finish has a page begin with its title and say where it comes from.
func finish(page string) error {
	content, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text := headings.Replace("\n" + string(content))
	return os.WriteFile(page, []byte("<!-- Generated from the commands by make docs. -->\n"+strings.TrimRight(text, "\n")+"\n"), 0o600)
}

// headings are a level higher than cobra writes them.
var headings = strings.NewReplacer("\n## ", "\n# ", "\n### SEE ALSO", "\n## See also", "\n### ", "\n## ")

// prepare makes of every command's text what Markdown shows as it was written.
func prepare(cmd *cobra.Command) {
	cmd.DisableAutoGenTag = true
	cmd.Long = fence(cmd.Long)
	for _, child := range cmd.Commands() {
		prepare(child)
	}
}

// fence puts lines that are indented, whose spaces mean something, into fences.
func fence(text string) string {
	var out []string
	inside := false
	for line := range strings.SplitSeq(text+"\n", "\n") {
		indented := strings.HasPrefix(line, "  ")
		switch {
		case indented && !inside:
			out, inside = append(out, "```"), true
		case !indented && inside:
			out, inside = append(out, "```"), false
		}
		out = append(out, strings.TrimPrefix(line, "  "))
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}
