//go:build unix

package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// running is a terraform in a process group of its own, which its provider joins.
type running struct {
	command *exec.Cmd
	output  *printed
	unleash func() error
}

// printed is what a process prints. Others may wait for a text in it.
type printed struct {
	mu      sync.Mutex
	changed *sync.Cond
	text    bytes.Buffer
	ended   bool
}

func newPrinted() *printed {
	p := &printed{}
	p.changed = sync.NewCond(&p.mu)
	return p
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changed.Broadcast()
	return p.text.Write(b)
}

// end is called once nothing more is printed.
func (p *printed) end() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.changed.Broadcast()
	return p.text.String()
}

// await returns once the text is printed, or reports false: it never was.
func (p *printed) await(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.ended && !strings.Contains(p.text.String(), text) {
		p.changed.Wait()
	}
	return strings.Contains(p.text.String(), text)
}

// start starts terraform. Anyone who starts one waits for it.
func (w *workspace) start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	r := &running{command: exec.CommandContext(ctx, w.terraform, args...), output: newPrinted()}
	r.command.Dir, r.command.Env = w.dir, w.environment
	r.command.Stdout, r.command.Stderr = r.output, r.output
	r.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.command.Cancel, r.command.WaitDelay = r.killAll, 10*time.Second
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.unleash, err = leash(r.pid()); err != nil {
		t.Fatal(errors.Join(err, r.killAll()))
	}
	return r
}

// leash kills a process group as soon as this process ends, however it ends, or
// once it is unleashed: in a group of its own, nothing else would.
func leash(group int) (unleash func() error, err error) {
	end, hand, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	watcher := exec.Command("/bin/sh", "-c", `read -r _; kill -9 "-$0" 2>/dev/null; true`, strconv.Itoa(group))
	watcher.Stdin, watcher.SysProcAttr = end, &syscall.SysProcAttr{Setpgid: true}
	if err := watcher.Start(); err != nil {
		return nil, errors.Join(err, end.Close(), hand.Close())
	}
	return func() error { return errors.Join(hand.Close(), watcher.Wait()) }, end.Close()
}

// wait returns what terraform printed, and its error. Nothing of it is left
// running then.
func (r *running) wait() (string, error) {
	err := r.command.Wait()
	return r.output.end(), errors.Join(err, r.killAll(), r.unleash())
}

// toldToStop is how long Terraform has for telling its provider to stop, once it has
// printed that it was interrupted. Nothing shows when it has.
const toldToStop = 300 * time.Millisecond

// interrupt is Ctrl-C, once. It returns when Terraform has had the time to tell the
// provider.
func (r *running) interrupt() error {
	if err := r.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	if !r.output.await("Interrupt received") {
		return errors.New("Terraform took no notice of the interrupt")
	}
	<-time.After(toldToStop)
	return nil
}

// killAll kills terraform and its providers, as far as they still run.
func (r *running) killAll() error {
	if err := syscall.Kill(-r.pid(), syscall.SIGKILL); !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// pid of terraform itself, which is its group's id, too.
func (r *running) pid() int { return r.command.Process.Pid }

// provider returns the pid of the provider.
func (r *running) provider() (int, error) {
	listed, err := exec.Command("ps", "-A", "-o", "pid=,pgid=,comm=").Output()
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(listed)) {
		if pid, is := providerOf(r.pid(), strings.Fields(line)); is {
			return pid, nil
		}
	}
	return 0, errors.New("no provider runs")
}

// providerOf returns the pid in a line of ps, if it is a provider of the group.
// Linux cuts the command's name to 15 characters, macOS writes its whole path.
func providerOf(group int, line []string) (pid int, is bool) {
	if len(line) < 3 || line[1] != strconv.Itoa(group) || line[0] == line[1] {
		return 0, false
	}
	pid, err := strconv.Atoi(line[0])
	return pid, err == nil && strings.Contains(line[2], "terraform-prov")
}

// stop stops a process and returns once it stands still: to be told to is not
// enough, it may be busy on another processor.
func stop(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	for {
		state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
		if err != nil || strings.HasPrefix(string(state), "T") {
			return err
		}
	}
}
