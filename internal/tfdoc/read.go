package tfdoc

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin stands for standard input where a path is expected.
const Stdin = "-"

// File is what is in a file, or on Stdin.
type File struct {
	Name      string
	Documents []Document
}

// Read reads the files that the paths name, with a function that returns a file's
// content. Of a folder it reads the files whose names end as told, those in the
// folders below included; what is hidden is not a document, and neither are
// *.tf.json and *.tfvars.json. It ends with the first error, which names the file.
func Read(paths []string, content func(name string) ([]byte, error), endings ...string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		for _, path := range paths {
			names, err := find(path, endings)
			if err != nil {
				yield(File{}, err)
				return
			}
			for _, name := range names {
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
	documents, err := Parse(text)
	if err != nil {
		return File{}, named(name, err)
	}
	return File{name, documents}, nil
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

// find returns the files that a path names.
func find(path string, endings []string) ([]string, error) {
	if !isFolder(path) {
		return []string{path}, nil
	}
	var files []string
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		hidden := name != path && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return named(name, err)
		case hidden && entry.IsDir():
			return filepath.SkipDir
		case !hidden && !entry.IsDir() && ends(name, endings) && !ends(name, []string{".tf.json", ".tfvars.json"}):
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: there is no *%s in this folder", path, strings.Join(endings, " and no *"))
	}
	return files, nil
}

// isFolder reports whether a path is a folder. What is wrong with a file, reading
// it says.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return path != Stdin && err == nil && info.IsDir()
}

func ends(name string, endings []string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}
