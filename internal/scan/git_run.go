package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

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
