package output

import (
	"errors"
	"fmt"
)

// ErrFindings ends a command that did its work and found something: exit code 1.
// By itself it prints nothing, because the command has said all. Any other error
// means that a command could not do its work: exit code 2.
var ErrFindings = errors.New("there are findings")

// Found is an ErrFindings with a line for stderr.
func Found(format string, args ...any) error {
	return &found{text: fmt.Sprintf(format, args...)}
}

type found struct{ text string }

func (f *found) Error() string { return f.text }

func (f *found) Is(target error) bool { return target == ErrFindings }
