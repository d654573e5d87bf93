package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// stage is what the demo plays on: a temporary folder with the Terraform
// configuration, its state and the sandbox's database, and the processes.
// Tokens exist there (in the state and the credentials file) and in memory
// only; the folder is private to the user and goes away at the end.
type stage struct {
	dir       string
	log       *transcript
	sandbox   *sandbox
	terraform *terraform
}

// newStage finds the tools, copies the example and starts the sandbox. What it
// returns is to be closed, even where there is an error.
func newStage(ctx context.Context, bin, example string) (*stage, error) {
	s := &stage{}
	return s, s.set(ctx, bin, example)
}

func (s *stage) set(ctx context.Context, bin, example string) (err error) {
	if bin, err = filepath.Abs(bin); err != nil {
		return fmt.Errorf("find the folder of the binaries: %w", err)
	}
	for _, name := range []string{"keyward", "terraform-provider-keyward"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			return fmt.Errorf("%s is not in %s: run make build", name, bin)
		}
	}
	tool, err := findTerraform()
	if err != nil {
		return err
	}
	if s.log, err = newTranscript(filepath.Join(bin, "demo.log")); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "keyward-demo-"); err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	if s.sandbox, err = startSandbox(ctx, filepath.Join(bin, "keyward"), s.dir, s.log); err != nil {
		return err
	}
	s.terraform, err = newTerraform(tool, bin, example, s.dir, s.sandbox.credentials, s.log)
	return err
}

// close ends the sandbox, and removes the temporary folder.
func (s *stage) close() (err error) {
	if s.sandbox != nil {
		err = errors.Join(err, s.sandbox.stop())
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	if s.log != nil {
		err = errors.Join(err, s.log.Close())
	}
	return err
}

// whereToLook names the file that has the full output of what ran, if anything
// did.
func (s *stage) whereToLook() string {
	if s.log == nil {
		return ""
	}
	return "The full output of what ran is in " + s.log.path
}
