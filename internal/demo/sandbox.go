package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startLimit = 30 * time.Second
	stopLimit  = 10 * time.Second
	pollEvery  = 20 * time.Millisecond
)

// credentials is the file that the sandbox writes once it is ready.
type credentials struct {
	Corebill struct {
		BaseURL   string `json:"base_url"`
		APIKey    string `json:"api_key"`
		CompanyID string `json:"company_id"`
	} `json:"corebill"`
	Billium struct {
		BaseURL    string `json:"base_url"`
		APIKey     string `json:"api_key"`
		MerchantID string `json:"merchant_id"`
	} `json:"billium"`
}

// environ returns the credentials as the variables that the provider reads.
func (c credentials) environ() []string {
	return []string{
		"COREBILL_BASE_URL=" + c.Corebill.BaseURL,
		"COREBILL_API_KEY=" + c.Corebill.APIKey,
		"COREBILL_COMPANY_ID=" + c.Corebill.CompanyID,
		"BILLIUM_BASE_URL=" + c.Billium.BaseURL,
		"BILLIUM_API_KEY=" + c.Billium.APIKey,
		"BILLIUM_MERCHANT_ID=" + c.Billium.MerchantID,
	}
}

// sandbox is a running `keyward sandbox`.
type sandbox struct {
	credentials credentials

	process *exec.Cmd
	output  bytes.Buffer // not to be read before the process has ended
	ended   chan error   // receives the process's result, once
}

// startSandbox starts `keyward sandbox` on a free loopback port with its
// database in dir, and returns once it is ready.
func startSandbox(ctx context.Context, keyward, dir string, log io.Writer) (*sandbox, error) {
	file := filepath.Join(dir, "credentials.json")
	s := &sandbox{ended: make(chan error, 1)}
	// The sandbox outlives ctx on purpose: an interrupted Terraform may still be
	// talking to it. stop ends it.
	s.process = exec.CommandContext(context.WithoutCancel(ctx), keyward, "sandbox", "--listen", "127.0.0.1:0",
		"--database", filepath.Join(dir, "sandbox.db"), "--credentials", file)
	s.process.Stdout = io.MultiWriter(log, &s.output)
	s.process.Stderr = s.process.Stdout
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	go func() { s.ended <- s.process.Wait() }()

	if err := s.awaitCredentials(ctx, file); err != nil {
		return s, err
	}
	return s, nil
}

// awaitCredentials polls for the credentials file, which appears when the
// sandbox is ready.
func (s *sandbox) awaitCredentials(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		content, err := os.ReadFile(file)
		if err == nil && json.Unmarshal(content, &s.credentials) == nil {
			return nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("read the sandbox's credentials: %w", err)
		}
		select {
		case err := <-s.ended:
			s.ended <- nil // told here, so stop need not
			return fmt.Errorf("the sandbox ended before it was ready: %w\n%s", err, tail(s.output.String(), 15))
		case <-ctx.Done():
			return fmt.Errorf("the sandbox was not ready within %s", startLimit)
		case <-ticker.C:
		}
	}
}

// stop ends the sandbox as an operator would, with SIGTERM, and harder if that
// is not heeded.
func (s *sandbox) stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the sandbox: %w", err)
	}
	select {
	case err := <-s.ended:
		if err != nil {
			return fmt.Errorf("the sandbox ended badly: %w", err)
		}
		return nil
	case <-time.After(stopLimit):
		return errors.Join(fmt.Errorf("the sandbox did not stop within %s", stopLimit), s.process.Process.Kill())
	}
}
