package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// transcript is a file that takes the output of every process. It is safe for
// concurrent use.
type transcript struct {
	path string
	mu   sync.Mutex
	file *os.File
}

func newTranscript(path string) (*transcript, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return &transcript{path: path, file: file}, nil
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.file.Write(p)
}

func (t *transcript) Close() error { return t.file.Close() }

// tail returns the last n lines of text that are not blank, indented.
func tail(text string, n int) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \r\n"); line != "" {
			lines = append(lines, indent+line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
