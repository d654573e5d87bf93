//go:build unix

package sandboxtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// cluster is a PostgreSQL server that ends with this process.
type cluster struct {
	bin, dir string
	// as is the user that the programs run as; nil for the one that runs the test.
	as *syscall.Credential
	// leash is held open until this process ends, however it ends: what reads its
	// other end then stops the server and removes the directory.
	leash *os.File
}

// unprivileged gives the directory to a user who may run PostgreSQL, which
// refuses root. It returns nil where the test doesn't run as root.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func (c *cluster) start() error {
	data := filepath.Join(c.dir, "data")
	if err := c.run("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"); err != nil {
		return err
	}
	if err := c.tie(data); err != nil {
		return err
	}
	// Nothing in it outlives the tests, so nothing has to be on the disk.
	return c.run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", filepath.Join(c.dir, "log"), "--options",
		"-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 "+
			"-c listen_addresses='' -c unix_socket_directories="+c.dir+" -p "+postgresPort)
}

func (c *cluster) run(program string, args ...string) error {
	log := filepath.Join(c.dir, program+".log")
	// A file and not a pipe: the server inherits it, and a pipe would stay open.
	file, err := os.Create(log)
	if err != nil {
		return err
	}
	cmd := c.command(filepath.Join(c.bin, program), args...)
	cmd.Stdout, cmd.Stderr = file, file
	err = errors.Join(cmd.Run(), file.Close())
	if err != nil {
		said, _ := os.ReadFile(log)
		return fmt.Errorf("%s: %w\n%s", program, err, said)
	}
	return nil
}

func (c *cluster) command(path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), path, args...) // it outlives the test that needs it first
	cmd.Dir = c.dir
	// In a group of its own, Ctrl-C ends the test first and the server after it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true}
	return cmd
}

// tie starts what ends the server once this process is gone.
func (c *cluster) tie(data string) error {
	end, leash, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := c.command("/bin/sh", "-c", `PATH="$PATH:/usr/bin:/bin"; read -r _; cd /; "$0" stop --mode immediate --silent --pgdata "$1"; rm -rf "$2"`,
		filepath.Join(c.bin, "pg_ctl"), data, c.dir)
	cmd.Stdin = end
	if err := cmd.Start(); err != nil {
		return errors.Join(err, end.Close(), leash.Close())
	}
	c.leash = leash
	return end.Close()
}
