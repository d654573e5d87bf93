package env_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
)

// keyboard is a terminal: after each Ctrl-D it can be read again.
type keyboard struct{ lines []string }

func (*keyboard) IsTerminal() bool { return true }

func (k *keyboard) Read(p []byte) (int, error) {
	if len(k.lines) == 0 {
		return 0, io.EOF
	}
	line := k.lines[0]
	k.lines = k.lines[1:]
	if line == "^D" {
		return 0, io.EOF
	}
	return copy(p, line), nil
}

// screen is a terminal that shows what is written.
type screen struct{ bytes.Buffer }

func (*screen) IsTerminal() bool { return true }

func TestReadFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("of the file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name       string
		stdin      io.Reader
		want, says string
	}{
		{file, &keyboard{}, "of the file", ""},
		{env.Stdin, bytes.NewBufferString("of the pipe"), "of the pipe", ""},
		{env.Stdin, &keyboard{[]string{"a\n", "b\n", "^D"}}, "a\nb\n", "reading standard input: paste it and press Ctrl-D, or press Ctrl-C and pipe it in\n"},
	} {
		var stderr bytes.Buffer
		e := (&env.Env{Stdin: test.stdin, Stderr: &stderr}).SetDefaults()
		got, err := e.ReadFile(test.name)
		if err != nil || string(got) != test.want || stderr.String() != test.says {
			t.Errorf("%s: %q, %v, and it says %q", test.name, got, err, stderr.String())
		}
	}
}

// A line of progress makes way for the sentence, and one Ctrl-D is the end for anyone who
// reads on.
func TestOpenStdinAtATerminal(t *testing.T) {
	keys, stderr := &keyboard{[]string{"a\n", "^D", "never read"}}, &screen{}
	in := (&env.Env{Stdin: keys, Stderr: stderr}).SetDefaults().OpenStdin()
	if want := "\r\x1b[Kreading standard input: paste it and press Ctrl-D, or press Ctrl-C and pipe it in\n"; stderr.String() != want {
		t.Errorf("it says %q, want %q", stderr.String(), want)
	}
	for _, want := range []string{"a\n", "", ""} {
		if got, err := io.ReadAll(in); err != nil || string(got) != want {
			t.Errorf("it reads %q, %v, want %q", got, err, want)
		}
	}
}
