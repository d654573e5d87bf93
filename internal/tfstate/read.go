package tfstate

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
)

// Stdin stands for standard input where a path is expected.
const Stdin = "-"

// File is what is in a file, or on Stdin.
type File struct {
	Name      string
	Documents []Document
}

// Read reads the files that the paths name, each of them once, with a function that
// returns a file's content. Of a folder it reads what find finds in it; state files are
// not looked for where plans are wanted, everything is where the kind is "". It ends
// with the first error, which names the file.
func Read(paths []string, content func(name string) ([]byte, error), want Kind) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		seen := map[string]bool{}
		for _, path := range paths {
			names, err := find(path, want)
			if err != nil {
				yield(File{}, err)
				return
			}
			for _, name := range names {
				// What can't be found, reading it says.
				if target, err := realPath(name); err == nil && name != Stdin {
					if seen[target] {
						continue
					}
					seen[target] = true
				}
				file, err := read(name, content)
				if !yield(file, err) || err != nil {
					return
				}
			}
		}
	}
}

func read(name string, content func(name string) ([]byte, error)) (File, error) {
	text, err := content(name)
	if err != nil {
		return File{}, named(name, err)
	}
	documents, err := Parse(name, text)
	return File{name, documents}, err
}

// named puts the name in front of the error, and leaves it out where an operation
// on the file says it again.
func named(name string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok && failed.Path == name {
		err = failed.Err
	}
	if name == Stdin {
		name = "(stdin)"
	}
	return fmt.Errorf("%s: %w", name, err)
}
