package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// Git scans the history of the repository that dir is in: the content of every
// file that any commit has, each once, and the messages of commits and tags. So
// it sees what a merge brought in, what was renamed and what is binary, which a
// scan of patches misses. revisions is what git rev-list takes, such as
// main..HEAD; none means everything that any branch, tag or stash reaches.
//
// It runs the git on PATH, which asks no remote for anything.
func (s *Scanner) Git(ctx context.Context, dir string, revisions ...string) (*Result, error) {
	repository, err := openRepository(ctx, dir)
	if err != nil {
		return nil, err
	}
	c := s.collect()
	found := &blobs{byID: map[string][]Finding{}}
	if err := s.objects(ctx, repository, revisions, c, found); err != nil {
		return nil, err
	}
	if repository.shallow {
		c.skip("the clone at " + dir + " is shallow: the commits that it lacks were not looked at; fetch them with git fetch --unshallow")
	}
	if err := found.place(ctx, repository, c); err != nil {
		return nil, err
	}
	return c.finish(), nil
}

// blobs are findings whose commit isn't known yet, by the object they are in.
type blobs struct {
	mu   sync.Mutex
	byID map[string][]Finding
}

func (b *blobs) add(id string, f Finding) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.byID[id] = append(b.byID[id], f)
}

// object is what git cat-file --batch says of one.
type object struct {
	id, kind string
	size     int64
	path     string
}

// objects streams every object through the scanner: rev-list names them,
// batch-check tells their kinds, and cat-file gives those that hold text.
func (s *Scanner) objects(ctx context.Context, r *repository, revisions []string, c *collector, found *blobs) error {
	args := []string{"rev-list", "--objects", "--all", "--"}
	if len(revisions) > 0 {
		args = append([]string{"rev-list", "--objects", "--end-of-options"}, append(revisions, "--")...)
	}
	names, named := io.Pipe()
	checked, checks := io.Pipe()
	wanted, wants := io.Pipe()
	contents, content := io.Pipe()
	var p pipeline
	p.stage(nil, named, func() error { return r.run(ctx, nil, named, args...) })
	p.stage(names, checks, func() error {
		return r.run(ctx, names, checks, "cat-file", "--batch-check=%(objecttype) %(objectname) %(rest)")
	})
	p.stage(checked, wants, func() error { return want(checked, wants) })
	p.stage(wanted, content, func() error {
		return r.run(ctx, wanted, content, "cat-file", "--batch=%(objectname) %(objecttype) %(objectsize) %(rest)")
	})
	p.stage(contents, nil, func() error { return s.read(ctx, bufio.NewReaderSize(contents, 64<<10), c, found) })
	return p.wait()
}

// want passes on the objects that can hold a token.
func want(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case strings.HasSuffix(lines.Text(), " missing"):
			return fmt.Errorf("the repository lacks the object %s: it may be a partial clone; fetch everything first", kind)
		case kind == "tree":
		default:
			if _, err := io.WriteString(out, rest+"\n"); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// read scans what git cat-file --batch writes.
func (s *Scanner) read(ctx context.Context, in *bufio.Reader, c *collector, found *blobs) error {
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return nil
		}
		if err != nil {
			return err
		}
		o, err := parseObject(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return err
		}
		body := io.LimitReader(in, o.size)
		if o.kind != "blob" {
			o.path = Message
			if body, err = message(body); err != nil {
				return fmt.Errorf("reading the %s %s: %w", o.kind, o.id, err)
			}
		}
		if err := s.scanReader(ctx, o.path, body, func(f Finding) { found.add(o.id, f) }); err != nil {
			return err
		}
		if _, err := in.Discard(1); err != nil { // the line break after it
			return fmt.Errorf("reading an object of git: %w", err)
		}
		c.scanned()
	}
}

// message returns what a commit or a tag says, which follows its headers.
func message(in io.Reader) (io.Reader, error) {
	all, err := io.ReadAll(in)
	_, text, _ := bytes.Cut(all, []byte("\n\n"))
	return bytes.NewReader(text), err
}

func parseObject(line string) (object, error) {
	words := strings.SplitN(line, " ", 4)
	if len(words) < 3 {
		return object{}, fmt.Errorf("git cat-file says %q, which is no object", line)
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return object{}, fmt.Errorf("git cat-file says %q, which has no size", line)
	}
	o := object{id: words[0], kind: words[1], size: size}
	if len(words) == 4 {
		o.path = words[3]
	}
	return o, nil
}
