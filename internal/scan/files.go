package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Files scans files and everything below directories. A path that isn't there is
// an error. In directories, .git is left out (Git looks at it) and symbolic links
// are not followed; what can't be read is told in Result.Skipped.
func (s *Scanner) Files(ctx context.Context, paths ...string) (*Result, error) {
	c := s.collect()
	packed := &packed{}
	group, ctx := workers(ctx)
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("scanning: %w", err)
		}
		err := filepath.WalkDir(followed(path), func(file string, entry fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				c.skip(err.Error())
				return nil
			case entry.IsDir() && entry.Name() == ".git":
				return filepath.SkipDir
			case entry.Type().IsRegular(), file == path && !entry.IsDir():
				group.Go(func() error { return s.file(ctx, c, packed, file) })
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	packed.tell(c)
	return c.finish(), nil
}

// followed makes WalkDir go into a directory that is named by a symbolic link.
func followed(path string) string {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if target, err := os.Stat(path); err == nil && target.IsDir() {
			return strings.TrimRight(path, "/") + "/"
		}
	}
	return path
}

// file scans one. Its error is the context's.
func (s *Scanner) file(ctx context.Context, c *collector, packed *packed, path string) error {
	f, err := os.Open(path)
	if err != nil {
		c.skip(err.Error())
		return nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	if err := s.scanReader(ctx, filepath.ToSlash(path), packed.watch(path, f), c.add); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.skip(err.Error())
		return nil
	}
	c.scanned()
	return nil
}

// packed are the files whose content a scan can't see.
type packed struct {
	mu    sync.Mutex
	first string
	count int
}

var packing = [][]byte{
	[]byte("PK\x03\x04"), {0x1f, 0x8b}, []byte("BZh"), []byte("\xfd7zXZ"), []byte("7z\xbc\xaf"), {0x28, 0xb5, 0x2f, 0xfd},
}

// watch looks at how a file begins, and returns all of it.
func (p *packed) watch(path string, r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	head, err := in.Peek(6)
	p.look(path, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return failed{err} // Peek has taken it, and would not say it again
	}
	return in
}

// failed is a file that can't be read.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

func (p *packed) look(path string, head []byte) {
	for _, magic := range packing {
		if bytes.HasPrefix(head, magic) {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.count++; p.first == "" || path < p.first {
				p.first = path
			}
			return
		}
	}
}

func (p *packed) tell(c *collector) {
	switch p.count {
	case 0:
	case 1:
		c.note(p.first + " is an archive or compressed: it was not unpacked")
	default:
		c.note(fmt.Sprintf("%d files are archives or compressed (%s, for one): they were not unpacked", p.count, p.first))
	}
}

// ReadIgnore reads the .gitleaksignore files of the working directory and of the
// directories that are scanned. That there is none is no error.
func ReadIgnore(dirs ...string) ([]string, error) {
	var all []string
	for _, dir := range append([]string{"."}, dirs...) {
		file, err := os.Open(filepath.Join(dir, IgnoreFile))
		if err != nil {
			continue // no such file, or dir is a file itself
		}
		content, err := io.ReadAll(file)
		_ = file.Close() // it was only read
		if err != nil {
			return nil, fmt.Errorf("reading the fingerprints to ignore: %w", err)
		}
		fingerprints, err := ParseIgnore(string(content))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, IgnoreFile), err)
		}
		all = append(all, fingerprints...)
	}
	return all, nil
}
