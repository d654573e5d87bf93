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
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Files scans files and everything below directories. A path that isn't there is
// an error. In directories, .git is left out (Git looks at it) and symbolic links
// are not followed; what can't be read is told in Result.Skipped.
func (s *Scanner) Files(ctx context.Context, paths ...string) (*Result, error) {
	c := s.collect()
	packed := &packed{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
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

const (
	// pieceSize is how much of a file is looked at at once.
	pieceSize = 1 << 20
	// overlap is what two pieces share where a line is longer than a piece, so that
	// the cut hides no token. It takes every token, encoded a few times over.
	overlap = 16 << 10
)

// scanReader looks at everything that r holds and calls found with each finding.
func (s *Scanner) scanReader(ctx context.Context, file string, r io.Reader, found func(Finding)) error {
	return pieces(ctx, file, r, func(p piece) error {
		for _, f := range s.detect(ctx, p) {
			found(f)
		}
		return ctx.Err()
	})
}

// pieces cuts what r holds at line ends and, where lines are too long for that,
// into pieces that overlap.
func pieces(ctx context.Context, file string, r io.Reader, look func(piece) error) error {
	in, err := text(r)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	next := piece{file: file, line: 1, column: 1}
	buffer := make([]byte, 0, pieceSize)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(in, buffer[len(buffer):pieceSize])
		buffer = buffer[:len(buffer)+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		end, keep := cut(buffer, last)
		next.text, next.certain = string(buffer[:end]), keep
		if err := look(next); err != nil || last {
			return err
		}
		next.advance(buffer[:keep])
		buffer = buffer[:copy(buffer, buffer[keep:])]
	}
}

// cut returns where a piece ends and where the next one starts.
func cut(buffer []byte, last bool) (end, next int) {
	if last {
		return len(buffer), len(buffer)
	}
	if line := bytes.LastIndexByte(buffer, '\n'); line >= 0 {
		return line + 1, line + 1
	}
	return len(buffer), len(buffer) - overlap
}

// advance moves the piece's place past the text.
func (p *piece) advance(past []byte) {
	if line := bytes.LastIndexByte(past, '\n'); line >= 0 {
		p.line += bytes.Count(past, []byte("\n"))
		p.column, past = 1, past[line+1:]
	}
	p.column += len(past)
}

// text returns r without UTF-16: Windows' shells write files in it, where a token
// has a zero after each character. Such a file is known by its byte order mark.
func text(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	mark, err := in.Peek(2)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case bytes.Equal(mark, []byte{0xff, 0xfe}):
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()), nil
	case bytes.Equal(mark, []byte{0xfe, 0xff}):
		return transform.NewReader(in, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()), nil
	default:
		return in, nil
	}
}
