package scan

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

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
