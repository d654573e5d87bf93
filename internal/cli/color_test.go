package cli_test

import (
	"bytes"
	"strings"
	"testing"
)

// tty is a terminal that shows what commands write.
type tty struct{ bytes.Buffer }

func (*tty) IsTerminal() bool { return true }

// There are colours on a terminal alone, and none for anyone who wants none.
func TestColors(t *testing.T) {
	s := newShop(t)
	s.exec = says("none", "")
	for _, args := range [][]string{
		{"keys", "list"}, {"keys", "show", s.reporting.id}, {"logs", "--key", s.reporting.id}, {"whoami"}, {"doctor"},
	} {
		_, plain, _ := s.keyward(t, args...)
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%v: colours without a terminal", args)
		}
		if _, shown, _ := s.keywardTo(t, &tty{}, args...); !strings.Contains(shown, "\x1b[1m") {
			t.Errorf("%v: no colours on a terminal", args)
		}
		s.env["NO_COLOR"] = "1"
		if _, shown, _ := s.keywardTo(t, &tty{}, args...); strings.Contains(shown, "\x1b") {
			t.Errorf("%v: colours in spite of NO_COLOR", args)
		}
		delete(s.env, "NO_COLOR")
	}
}
