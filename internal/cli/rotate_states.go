package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/due"
)

// state is the keys of one input.
type state struct {
	name string
	keys []due.Key
}

// readStates reads the states that the arguments name, or stdin without any.
func readStates(in *input, args []string) ([]state, error) {
	if len(args) == 0 {
		args = []string{stdin}
	}
	var states []state
	for _, arg := range args {
		files := []string{arg}
		// What is wrong with a file, reading it says.
		if info, err := os.Stat(arg); arg != stdin && err == nil && info.IsDir() {
			if files, err = stateFiles(arg); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			content, err := in.read(file)
			if err != nil {
				return nil, fmt.Errorf("reading a state: %w", err)
			}
			keys, err := due.Parse(content)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", called(file), err)
			}
			states = append(states, state{file, keys})
		}
	}
	return states, nil
}

// stateFiles returns the files in a folder, and in those below, whose names can
// be a state's.
func stateFiles(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case path != folder && strings.HasPrefix(name, ".") && entry.IsDir():
			return filepath.SkipDir
		case !strings.HasPrefix(name, ".") && !entry.IsDir() && namedAsState(name):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the folder: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New(folder + ": there is no *.tfstate and no *.json in this folder")
	}
	return files, nil
}

func namedAsState(name string) bool {
	for _, other := range []string{".tf.json", ".tfvars.json"} {
		if strings.HasSuffix(name, other) {
			return false
		}
	}
	return strings.HasSuffix(name, ".tfstate") || strings.HasSuffix(name, ".json")
}
