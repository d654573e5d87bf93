package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// workspace is a folder with a configuration in which Terraform runs.
type workspace struct {
	dir, terraform string
	env            []string
	world          *world // nil where there is no sandbox
}

// cost is what one command took.
type cost struct {
	Wall time.Duration
	// CPU is that of the plugins, All that of Terraform with its plugins.
	CPU, All time.Duration
	Peak     int64 // of the largest plugin, in bytes
	Requests int64
	Limited  int64 // requests refused with 429
}

// Megabytes is the peak in millions of bytes.
func (c cost) Megabytes() float64 { return float64(c.Peak) / 1e6 }

// newWorkspace writes the configuration into a folder of its own.
func (b *bench) newWorkspace(w *world, config string) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for Terraform: %w", err)
	}
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"keyward/keyward\"  = %[1]q\n    \"keyward/baseline\" = %[1]q\n  }\n"+
		"  direct {}\n}\n", filepath.Join(b.dir, "measured"))
	s := &workspace{dir: dir, terraform: b.terraform, world: w, env: append(environment(os.Environ()),
		"TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraform.rc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"KEYWARD_BENCH_PLUGINS="+filepath.Join(b.dir, "plugins"), "KEYWARD_BENCH_USAGE="+filepath.Join(dir, "usage"))}
	if w != nil {
		s.env = append(s.env, w.environ()...)
	}
	return s, errors.Join(os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600),
		os.WriteFile(filepath.Join(dir, "terraform.rc"), []byte(rc), 0o600))
}

// environment returns env without the variables that would make Terraform or
// the provider behave other than a user finds them.
func environment(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		return slices.ContainsFunc([]string{"TF_", "COREBILL_", "BILLIUM_"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
}

// run runs Terraform and returns what it took.
func (s *workspace) run(ctx context.Context, args ...string) (c cost, err error) {
	usage := filepath.Join(s.dir, "usage")
	if err := os.Remove(usage); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("remove what the last command's plugins used: %w", err)
	}
	if s.world != nil {
		requests, limited := s.world.requests.Load(), s.world.limited.Load()
		defer func() { c.Requests, c.Limited = s.world.requests.Load()-requests, s.world.limited.Load()-limited }()
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, s.terraform, append(args, "-input=false", "-no-color")...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &out
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 20*time.Second
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return c, fmt.Errorf("terraform %s: %w\n%s", args[0], err, tail(out.String()))
	}
	c.Wall, c.All = time.Since(started), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	lines, err := os.ReadFile(usage)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // there may be no plugin
		return c, fmt.Errorf("read what the plugins used: %w", err)
	}
	c.CPU, c.Peak, err = used(string(lines))
	return c, err
}

// used adds up what the plugins of one command wrote down (see measured): the CPU of
// all, the memory of the largest. What a plugin used that was killed is not known.
func used(lines string) (cpu time.Duration, peak int64, err error) {
	open := 0
	for line := range strings.Lines(lines) {
		if line == "start\n" {
			open++
			continue
		}
		var nanoseconds, resident int64
		if _, err := fmt.Sscanf(line, "end %d %d", &nanoseconds, &resident); err != nil {
			return 0, 0, fmt.Errorf("read what the plugins used: %w", err)
		}
		open, cpu, peak = open-1, cpu+time.Duration(nanoseconds), max(peak, resident)
	}
	if open > 0 {
		return 0, 0, fmt.Errorf("%d of the plugins were killed before they ended, so what they used is not known: is the machine too busy?", open)
	}
	return cpu, peak, nil
}

// tail returns the last lines of a text.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-25):], "\n")
}

// world is a sandbox in this process, whose requests are counted.
type world struct {
	sandbox.Credentials

	server            *sandbox.Server
	http              *http.Server
	requests, limited atomic.Int64
}

// newWorld starts a sandbox in a folder of its own.
func (b *bench) newWorld(ctx context.Context, limits sandbox.RateLimits) (*world, error) {
	dir, err := os.MkdirTemp(b.dir, "sandbox-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the sandbox: %w", err)
	}
	w := &world{}
	if w.server, err = sandbox.New(ctx, sandbox.Options{Database: filepath.Join(dir, "sandbox.db"), RateLimits: limits}); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), w.server.Close(ctx))
	}
	w.http = &http.Server{Handler: w.counted(w.server.Handler()), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.http.Serve(listener) }() // until close
	handover, err := w.server.HandOver(ctx, "http://"+listener.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), w.close(ctx))
	}
	w.Credentials = handover.Credentials
	return w, nil
}

// counted counts what passes, and what is refused for a limit.
func (w *world) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		handler.ServeHTTP(&statusWriter{rw, &w.limited}, r)
	})
}

// statusWriter counts answers of 429.
type statusWriter struct {
	http.ResponseWriter
	limited *atomic.Int64
}

func (s *statusWriter) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		s.limited.Add(1)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// environ returns the variables that the provider reads.
func (w *world) environ() []string {
	return []string{
		"COREBILL_BASE_URL=" + w.Corebill.BaseURL, "COREBILL_API_KEY=" + w.Corebill.APIKey, "COREBILL_COMPANY_ID=" + w.Corebill.CompanyID,
		"BILLIUM_BASE_URL=" + w.Billium.BaseURL, "BILLIUM_API_KEY=" + w.Billium.APIKey, "BILLIUM_MERCHANT_ID=" + w.Billium.MerchantID,
	}
}

func (w *world) close(ctx context.Context) error {
	return errors.Join(w.http.Close(), w.server.Close(ctx))
}

// made is what a key's creation answers and a state holds, as JSON texts.
type made struct{ id, prefix, created json.RawMessage }

// create makes a key with a request of its own.
func (w *world) create(ctx context.Context, platform, name string) (m made, err error) {
	target, header, value := w.Corebill.BaseURL+"/v1/api_keys?company_id="+w.Corebill.CompanyID, "Authorization", "Bearer "+w.Corebill.APIKey
	body := `{"name":"` + name + `","permission_level":"read"}`
	if platform == billium {
		target, header, value = w.Billium.BaseURL+"/v1/merchants/merchant/"+w.Billium.MerchantID+"/api-keys", "X-Api-Key", w.Billium.APIKey
		body = `{"name":"` + name + `","permissions":["invoice:view"]}`
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body)) //nolint:gosec // the sandbox of this process
	if err != nil {
		return m, err
	}
	req.Header.Set(header, value)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // the sandbox of this process
	if err != nil {
		return m, fmt.Errorf("create a key: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&fields); err != nil || resp.StatusCode != http.StatusCreated {
		return m, errors.Join(fmt.Errorf("create a key: %s", resp.Status), err)
	}
	if platform == billium {
		return made{fields["id"], fields["keyPrefix"], fields["createdAt"]}, nil
	}
	return made{fields["id"], fields["key_prefix"], fields["created_at"]}, nil
}
