package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
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

// place gives the findings the oldest commit, and its path, that their object is
// in. One walk over the history does it for all of them.
func (b *blobs) place(ctx context.Context, r *repository, c *collector) error {
	if len(b.byID) == 0 {
		return nil
	}
	places, err := b.search(ctx, r)
	if err != nil {
		return err
	}
	for id, findings := range b.byID {
		at, ok := places[id]
		if !ok {
			// A tag, whose own name is the best there is.
			at = place{commit: Commit{ID: id}}
		}
		for _, f := range findings {
			f.Commit = &at.commit
			if at.path != "" {
				f.File = mask.Text(at.path)
			}
			c.add(f)
		}
	}
	return nil
}

// place is where an object came into the history.
type place struct {
	commit Commit
	path   string
}

// search walks the history from the newest commit to the oldest; what it sees
// last of an object is where it came from.
func (b *blobs) search(ctx context.Context, r *repository) (map[string]place, error) {
	places := map[string]place{}
	out, in := io.Pipe()
	var p pipeline
	p.stage(nil, in, func() error {
		return r.run(ctx, nil, in, "log", "--all", "--raw", "--no-abbrev", "--no-renames", "-m", "-z", "--format=%x01%H%x02%an%x02%aI")
	})
	p.stage(out, nil, func() error { return b.follow(bufio.NewReader(out), places) })
	return places, p.wait()
}

// follow reads git log --raw -z. Its fields end with a zero: a commit's own line
// starts with \x01, a changed file is ":<modes> <old id> <new id> <status>" and
// then its path.
func (b *blobs) follow(in *bufio.Reader, places map[string]place) error {
	var commit Commit
	var blob string
	for {
		field, err := in.ReadString(0)
		if err == io.EOF && field == "" { //nolint:errorlint // bufio returns io.EOF itself
			return nil
		}
		if err != nil && err != io.EOF { //nolint:errorlint // likewise
			return fmt.Errorf("reading git log: %w", err)
		}
		field = strings.TrimLeft(strings.TrimSuffix(field, "\x00"), "\n")
		switch {
		case strings.HasPrefix(field, "\x01"):
			if commit, err = parseCommit(field[1:]); err != nil {
				return err
			}
			if b.byID[commit.ID] != nil {
				places[commit.ID] = place{commit: commit}
			}
		case strings.HasPrefix(field, ":") && len(strings.Fields(field)) == 5:
			blob = strings.Fields(field)[3]
		default:
			if b.byID[blob] != nil {
				places[blob] = place{commit: commit, path: field}
			}
			blob = ""
		}
	}
}

func parseCommit(field string) (Commit, error) {
	// With -z the first file of a commit may follow its line without a zero.
	words := strings.Split(field, "\x02")
	if len(words) != 3 {
		return Commit{}, fmt.Errorf("git log says %q, which is no commit", field)
	}
	return Commit{ID: words[0], Author: mask.Text(words[1]), Date: words[2]}, nil
}

// pipeline is a chain of stages that each read what the one before it writes.
type pipeline struct {
	running sync.WaitGroup
	once    sync.Once
	cause   error
}

// stage starts one. Where it fails, its neighbours learn of it and end too.
func (p *pipeline) stage(in *io.PipeReader, out *io.PipeWriter, run func() error) {
	p.running.Go(func() {
		err := run()
		if err != nil {
			// Before the pipes close: what the neighbours say of it is no cause.
			p.once.Do(func() { p.cause = err })
		}
		if in != nil {
			_ = in.CloseWithError(err) // it never fails
		}
		if out != nil {
			_ = out.CloseWithError(err) // likewise
		}
	})
}

// wait returns the error of the stage that failed first.
func (p *pipeline) wait() error {
	p.running.Wait()
	return p.cause
}

// repository is one that git knows.
type repository struct {
	dir     string
	shallow bool
}

func openRepository(ctx context.Context, dir string) (*repository, error) {
	r := &repository{dir: dir}
	var out bytes.Buffer
	if err := r.run(ctx, nil, &out, "rev-parse", "--is-shallow-repository"); err != nil {
		return nil, fmt.Errorf("opening the repository at %s: %w", dir, err)
	}
	r.shallow = strings.TrimSpace(out.String()) == "true"
	return r, nil
}

// run runs git without whatever a repository's own configuration might have it
// run, and without fetching anything.
func (r *repository) run(ctx context.Context, in io.Reader, out io.Writer, args ...string) error {
	all := append([]string{"--no-pager", "-C", r.dir, "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "core.quotePath=false"}, args...)
	cmd := exec.CommandContext(ctx, "git", all...) //nolint:gosec // no argument is a command
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C")
	cmd.Stdin, cmd.Stdout = in, out
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("git is not on PATH: install it, or scan the files themselves")
	}
	if text := strings.TrimSpace(said.String()); text != "" {
		return fmt.Errorf("git %s: %s", args[0], strings.TrimPrefix(text, "fatal: "))
	}
	return fmt.Errorf("git %s: %w", args[0], err)
}
