// Package record writes the log and the keys' last use behind the requests, many
// rows in one transaction, so that a GET waits for no disk.
package record

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

const (
	// interval is how far behind the database is at most, as long as it can be
	// written. After a failure the next attempt waits for retryInterval.
	interval      = 200 * time.Millisecond
	retryInterval = time.Second
	// batch is how many rows are written without waiting for the interval.
	batch = 500
	// limit is how many rows may wait. A request that meets a full recorder waits
	// for the disk like a write does.
	limit = 20_000
)

// Recorder takes rows and writes them soon. It is safe for concurrent use.
type Recorder struct {
	write  func(context.Context, store.Records) error
	logger *slog.Logger
	wake   chan struct{}
	stop   chan struct{}
	done   chan struct{}

	// writing is held while a batch is on its way to the database.
	writing sync.Mutex
	// mu guards the two below. inFlight is the batch that writing protects; its
	// uses count as pending until they are in the database.
	mu       sync.Mutex
	waiting  store.Records
	inFlight store.Records
}

// New starts a recorder that writes with write, usually Store.WriteRecords.
func New(write func(context.Context, store.Records) error, logger *slog.Logger) *Recorder {
	r := &Recorder{
		write: write, logger: logger,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go r.run()
	return r
}

// Add takes one row. Where used is set, the row's key was used at row.CreatedAt.
func (r *Recorder) Add(row store.Log, used bool) {
	r.mu.Lock()
	r.waiting.Logs = append(r.waiting.Logs, row)
	if used && row.KeyID != nil {
		touch(&r.waiting, row.Platform, *row.KeyID, row.CreatedAt)
	}
	waiting := len(r.waiting.Logs)
	r.mu.Unlock()

	if waiting == 1 || waiting == batch {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	}
	if waiting >= limit {
		if err := r.Flush(context.Background()); err != nil {
			r.drop(err)
		}
	}
}

// Used returns when keys were last used, as far as that is not in the database
// yet. A caller that wants the truth calls it before it reads the keys.
func (r *Recorder) Used(platform store.Platform) map[string]time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	used := maps.Clone(r.inFlight.LastUsed[platform])
	if used == nil {
		used = map[string]time.Time{}
	}
	for id, at := range r.waiting.LastUsed[platform] {
		if at.After(used[id]) {
			used[id] = at
		}
	}
	return used
}

// Flush returns when every row added before it is in the database. Rows that
// can't be written stay and are tried again.
func (r *Recorder) Flush(ctx context.Context) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.mu.Lock()
	r.inFlight, r.waiting = r.waiting, store.Records{}
	rows := r.inFlight
	r.mu.Unlock()
	if len(rows.Logs) == 0 {
		return nil
	}
	// Others' rows are among these: a caller that gives up must not undo them.
	err := r.write(context.WithoutCancel(ctx), rows)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight = store.Records{}
	if err != nil {
		r.putBack(rows)
		return fmt.Errorf("recording requests: %w", err)
	}
	return nil
}

// Close writes what is left. Nothing may be added afterwards.
func (r *Recorder) Close(ctx context.Context) error {
	close(r.stop)
	<-r.done
	return r.Flush(ctx)
}

func (r *Recorder) run() {
	defer close(r.done)
	for {
		select {
		case <-r.stop:
			return
		case <-r.wake:
		}
		r.pause(interval)
		for err := r.Flush(context.Background()); err != nil; err = r.Flush(context.Background()) {
			r.logger.Error("could not write api_logs, trying again", "error", err)
			if r.pause(retryInterval) {
				return
			}
		}
	}
}

// pause waits for d, or until a full batch is there or the recorder stops, and
// tells whether it stopped.
func (r *Recorder) pause(d time.Duration) (stopped bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.stop:
		return true
	case <-timer.C:
	case <-r.wake:
	}
	return false
}

// putBack restores the order of arrival. The caller holds mu.
func (r *Recorder) putBack(rows store.Records) {
	r.waiting.Logs = slices.Concat(rows.Logs, r.waiting.Logs)
	for platform, used := range rows.LastUsed {
		for id, at := range used {
			touch(&r.waiting, platform, id, at)
		}
	}
}

// drop makes room by giving up the oldest rows: the database takes none, and
// memory has an end.
func (r *Recorder) drop(err error) {
	r.mu.Lock()
	excess := max(0, len(r.waiting.Logs)-limit/2)
	r.waiting.Logs = slices.Clone(r.waiting.Logs[excess:])
	r.mu.Unlock()
	r.logger.Error("dropped rows of api_logs", "rows", excess, "error", err)
}

// touch keeps the latest use of a key.
func touch(rows *store.Records, platform store.Platform, id string, at time.Time) {
	if rows.LastUsed == nil {
		rows.LastUsed = map[store.Platform]map[string]time.Time{}
	}
	used := rows.LastUsed[platform]
	if used == nil {
		used = map[string]time.Time{}
		rows.LastUsed[platform] = used
	}
	if at.After(used[id]) {
		used[id] = at
	}
}
