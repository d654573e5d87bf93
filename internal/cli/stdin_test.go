package cli_test

import (
	"strings"
	"testing"
)

const waiting = "reading standard input: paste it and press Ctrl-D, or press Ctrl-C and pipe it in\n"

// At a terminal every command that reads stdin says so before it waits, and then does
// what it does with a pipe. With a pipe it says nothing.
func TestStdinAtATerminal(t *testing.T) {
	plan := read(t, "testdata/check/bad.json")
	state := read(t, "testdata/fresh.tfstate")
	s := newSealing(t)
	key, ciphertext := write(t, "key.txt", s.identity), write(t, "token.age", s.ciphertext)
	leak := newLeak(t)
	for _, test := range []struct {
		stdin string
		args  []string
	}{
		{plan, []string{"check", "-"}},
		{"KEY=" + leak.tokens[0], []string{"scan", "--offline", "-"}},
		{state, []string{"scan", "--offline", "src", "--state", "-"}},
		{state, []string{"audit", "--state", "-"}},
		{state, []string{"audit", "--offline", "--state", "-"}},
		{plan, []string{"audit", "--offline", "--plan", "-"}},
		{state, []string{"rotate", "due"}},
		{state, []string{"rotate", "due", "-"}},
		{state, []string{"keys", "prune", "--dry-run", "--state", "-"}},
		{leak.tokens[0], []string{"keys", "show", "-"}},
		{leak.tokens[0], []string{"keys", "revoke", "-", "--yes"}},
		{s.ciphertext, []string{"token", "decrypt", "-i", key}},
		{s.identity, []string{"token", "decrypt", "-i", "-", ciphertext}},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			leak.stdin = strings.NewReader(test.stdin)
			_, _, piped := leak.keyward(t, test.args...)
			if strings.Contains(piped, waiting) {
				t.Errorf("with a pipe it says %q", piped)
			}
			leak.stdin = typist{strings.NewReader(test.stdin)}
			code, _, typed := leak.keyward(t, test.args...)
			if strings.Count(typed, waiting) != 1 || !strings.HasPrefix(typed, waiting) && test.args[0] != "scan" {
				t.Errorf("at a terminal it says %q", typed)
			}
			if code == 2 || strings.Contains(typed, "Error: ") {
				t.Errorf("exit %d, %q", code, typed)
			}
		})
	}
}
