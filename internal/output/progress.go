package output

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Progress shows on a terminal how far a command is, in one line that is written
// over. Elsewhere it shows nothing. It is safe for parallel use.
type Progress struct {
	w       io.Writer
	now     func() time.Time
	started time.Time

	mu    sync.Mutex
	shown bool
	last  time.Time
}

const (
	// progressEvery is how often the line is written at most.
	progressEvery = 100 * time.Millisecond
	// estimateAfter is how long a command runs before its pace says anything.
	estimateAfter = 2 * time.Second
	barWidth      = 24
)

// NewProgress starts one. w is stderr.
func NewProgress(w io.Writer, now func() time.Time) *Progress {
	p := &Progress{now: now, started: now()}
	if Terminal(w) {
		p.w = w
	}
	return p
}

// Step shows that done of total are done, and when the rest will be at the pace
// so far. A total of 0 is one that no one knows.
func (p *Progress) Step(what string, done, total int) {
	p.line(func(elapsed time.Duration) string {
		if total <= 0 {
			return fmt.Sprintf("%s: %d", what, done)
		}
		full := min(barWidth, barWidth*done/total)
		bar := strings.Repeat("#", full) + strings.Repeat(".", barWidth-full)
		return fmt.Sprintf("%s [%s] %d of %d%s", what, bar, done, total, left(elapsed, done, total))
	})
}

// Say shows what the command is doing.
func (p *Progress) Say(format string, args ...any) {
	p.line(func(time.Duration) string { return fmt.Sprintf(format, args...) })
}

// Done takes the line away. Anyone who writes to the same terminal calls it first.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		p.shown, p.last = false, time.Time{}
		_, _ = io.WriteString(p.w, "\r\x1b[K") // nothing can be done about a closed stderr
	}
}

func (p *Progress) line(text func(elapsed time.Duration) string) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.shown && now.Sub(p.last) < progressEvery {
		return
	}
	p.shown, p.last = true, now
	_, _ = io.WriteString(p.w, "\r\x1b[K"+Clean(text(now.Sub(p.started)))) // likewise
}

// left tells how long the rest takes at the pace so far, once there is one.
func left(elapsed time.Duration, done, total int) string {
	if done <= 0 || done >= total || elapsed < estimateAfter {
		return ""
	}
	rest := time.Duration(float64(elapsed) / float64(done) * float64(total-done))
	return ", about " + rest.Round(time.Second).String() + " left"
}
