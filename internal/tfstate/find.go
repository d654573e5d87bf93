package tfstate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// find returns the files that a path names: the path itself or, of a folder, each
// *.tfstate (unless plans are wanted) and *.json in it and in the folders below, in any
// case of letters. Links are followed; what several of them lead to is found once.
// Passed over by rule are:
//
//   - *.backup, which Terraform writes as copies of states that are no longer true,
//     and the *.lock.info of a state that is in use;
//   - *.tf.json and *.tfvars.json, which are configuration;
//   - .terraform and .git, and hidden files and folders else, but for the *.tfstate
//     in them.
//
// What may be a state but can't be read as one is an error, never passed over: a key
// in it would be taken for one that no state has.
func find(path string, want Kind) ([]string, error) {
	if !isFolder(path) {
		return []string{path}, nil
	}
	endings := []string{stateEnding, ".json"}
	if want == Plan {
		endings = endings[1:]
	}
	f := finder{endings: endings, seen: map[string]bool{}}
	if err := f.folder(path, false); err != nil {
		return nil, err
	}
	if len(f.files) == 0 {
		return nil, fmt.Errorf("%s: there is no *%s in this folder", path, strings.Join(endings, " and no *"))
	}
	return f.files, nil
}

// stateEnding ends the name of a state file.
const stateEnding = ".tfstate"

// finder looks for files in a folder.
type finder struct {
	endings []string
	// seen has the real paths of the folders and files that were reached, so that a
	// link that leads back ends there.
	seen  map[string]bool
	files []string
}

// folder looks in a folder. hidden tells that it is in a hidden one.
func (f *finder) folder(path string, hidden bool) error {
	if first, err := f.first(path); err != nil || !first {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return named(path, err)
	}
	for _, entry := range entries {
		if err := f.entry(filepath.Join(path, entry.Name()), hidden); err != nil {
			return err
		}
	}
	return nil
}

// first reports whether a file or a folder is reached for the first time.
func (f *finder) first(path string) (bool, error) {
	target, err := realPath(path)
	if err != nil {
		return false, named(path, err)
	}
	seen := f.seen[target]
	f.seen[target] = true
	return !seen, nil
}

// realPath is the path of what a file is in the end, to compare.
func realPath(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(target)
}

func (f *finder) entry(path string, hidden bool) error {
	name := strings.ToLower(filepath.Base(path))
	if name == ".terraform" || name == ".git" {
		return nil
	}
	hidden = hidden || strings.HasPrefix(name, ".")
	info, err := os.Stat(path)
	switch {
	case err != nil && hidden && !strings.HasSuffix(name, stateEnding):
		return nil // such as the lock of an editor, which leads nowhere
	case err != nil:
		return fmt.Errorf("%w: what it links to may be a state, so remove the link or name the files one by one", named(path, err))
	case info.IsDir():
		return f.folder(path, hidden)
	}
	found, err := f.wanted(path, name, hidden)
	if err != nil || !found {
		return err
	}
	if found, err = f.first(path); found {
		f.files = append(f.files, path)
	}
	return err
}

// wanted reports whether a file is one to read. A name that only resembles that of a
// state is an error.
func (f *finder) wanted(path, name string, hidden bool) (bool, error) {
	names := []string{name}
	// A link may have a shorter name than the file.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		names = append(names, strings.ToLower(filepath.Base(target)))
	}
	ends := func(endings ...string) bool {
		return slices.ContainsFunc(endings, func(ending string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, ending) })
		})
	}
	states := slices.Contains(f.endings, stateEnding)
	switch {
	case states && ends(stateEnding):
		return true, nil
	case hidden, ends(".backup", ".lock.info", ".tf.json", ".tfvars.json"):
		return false, nil
	case ends(f.endings...):
		return true, nil
	case states && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, stateEnding) }):
		return false, fmt.Errorf("%s: it may be a state, but its name doesn't end in *%s: rename it, or move it out of the folder",
			path, strings.Join(f.endings, " or *"))
	}
	return false, nil
}

// isFolder reports whether a path is a folder. What is wrong with a file, reading
// it says.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return path != Stdin && err == nil && info.IsDir()
}
