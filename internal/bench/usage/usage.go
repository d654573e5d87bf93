// Package usage is how the wrapper of a plugin tells the benchmark what the
// plugin used: a file with a line of JSON for each start and each end.
package usage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// The variables by which the benchmark tells the wrapper where the plugins
// themselves are, and which file to write.
const (
	PluginsVariable = "KEYWARD_BENCH_PLUGINS"
	FileVariable    = "KEYWARD_BENCH_USAGE"
)

// Record is one line: a start, or an end with what was used.
type Record struct {
	PID   int  `json:"pid"`
	Ended bool `json:"ended"`
	// CPU is the time in user and system mode together.
	CPU time.Duration `json:"cpu"`
	// Peak is the most memory that was resident, in bytes.
	Peak int64 `json:"peak"`
}

// Append adds a record to the file, in one write, so that several plugins may
// share it.
func Append(path string, r Record) (err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write down a plugin's use: %w", err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write down a plugin's use: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.Write(append(line, '\n'))
	return err
}

// Total is what all plugins of one command used.
type Total struct {
	// CPU is their sum, Peak that of the largest, in bytes.
	CPU  time.Duration
	Peak int64
}

// Sum adds up a file's content. A plugin that started and was killed before it
// ended is an error: nobody knows what it used.
func Sum(content []byte) (Total, error) {
	var t Total
	open := map[int]bool{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	for {
		var r Record
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, fmt.Errorf("read what the plugins used: %w", err)
		}
		if !r.Ended {
			open[r.PID] = true
			continue
		}
		delete(open, r.PID)
		t.CPU += r.CPU
		t.Peak = max(t.Peak, r.Peak)
	}
	if len(open) > 0 {
		return t, fmt.Errorf("%d of the plugins were killed before they ended, so what they used is not known: is the machine too busy?", len(open))
	}
	return t, nil
}
