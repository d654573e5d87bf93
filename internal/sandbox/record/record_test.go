package record_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/record"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// database keeps what it is given, or fails as often as it is told to.
type database struct {
	mu       sync.Mutex
	failures int
	batches  []store.Records
}

func (d *database) write(_ context.Context, r store.Records) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failures > 0 {
		d.failures--
		return errors.New("the disk is full")
	}
	d.batches = append(d.batches, r)
	return nil
}

func (d *database) ids() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []string
	for _, batch := range d.batches {
		for _, row := range batch.Logs {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

func newRecorder(t *testing.T, d *database) *record.Recorder {
	t.Helper()
	return record.New(d.write, slog.New(slog.DiscardHandler))
}

func row(id, keyID string, at time.Time) store.Log {
	return store.Log{ID: id, Platform: store.Corebill, KeyID: &keyID, CreatedAt: at}
}

func expect(t *testing.T, d *database, want ...string) {
	t.Helper()
	if got := d.ids(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("written are %v, want %v", got, want)
	}
}

func TestRowsAreWrittenWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r := newRecorder(t, d)
		for i := range 3 {
			r.Add(row(fmt.Sprint(i), "key_1", time.Now()), true)
		}
		time.Sleep(time.Second)
		expect(t, d, "0", "1", "2")
		if len(d.batches) != 1 {
			t.Errorf("three rows took %d transactions", len(d.batches))
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestFlushIsABarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r := newRecorder(t, d)
		r.Add(row("1", "key_1", time.Now()), true)
		if err := r.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, d, "1")
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		r.Add(row("2", "key_1", time.Now()), true)
		if err := r.Flush(cancelled); err != nil {
			t.Errorf("a reader that gave up stopped everyone's rows: %v", err)
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		expect(t, d, "1", "2")
	})
}

// Time stands still in the bubble unless someone waits.
func TestAddWaitsForNoDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, stuck := &database{}, make(chan struct{})
		r := record.New(func(ctx context.Context, rows store.Records) error {
			<-stuck
			return d.write(ctx, rows)
		}, slog.New(slog.DiscardHandler))
		r.Add(row("first", "key_1", time.Now()), true)
		time.Sleep(time.Second) // its write is under way now
		began := time.Now()
		for i := range 1000 {
			r.Add(row(fmt.Sprint(i), "key_1", time.Now()), true)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the requests waited %s for the database", waited)
		}
		close(stuck)
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if got := len(d.ids()); got != 1001 {
			t.Errorf("%d rows are written", got)
		}
	})
}

func TestCloseWritesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r := newRecorder(t, d)
		r.Add(row("1", "key_1", time.Now()), true)
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		expect(t, d, "1")
	})
}

func TestRowsThatCannotBeWrittenStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{failures: 2}
		r := newRecorder(t, d)
		used := time.Now()
		r.Add(row("1", "key_1", used), true)
		if err := r.Flush(t.Context()); err == nil {
			t.Error("a failed write is no error")
		}
		if got := r.Used(store.Corebill)["key_1"]; !got.Equal(used) {
			t.Errorf("the use of the key is forgotten: %v", got)
		}
		r.Add(row("2", "key_1", used), true)
		time.Sleep(5 * time.Second)
		expect(t, d, "1", "2")
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r := newRecorder(t, d)
		first, second := time.Now(), time.Now().Add(time.Second)
		r.Add(row("1", "key_1", second), true)
		r.Add(row("2", "key_1", first), true)
		r.Add(row("3", "key_2", first), false)
		used := r.Used(store.Corebill)
		if len(used) != 1 || !used["key_1"].Equal(second) {
			t.Errorf("used is %v", used)
		}
		if used := r.Used(store.Billium); len(used) != 0 {
			t.Errorf("the other platform's is %v", used)
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if used := r.Used(store.Corebill); len(used) != 0 {
			t.Errorf("after it is written: %v", used)
		}
	})
}

func TestManyRowsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r := newRecorder(t, d)
		var group sync.WaitGroup
		for i := range 25_000 {
			group.Go(func() { r.Add(row(fmt.Sprint(i), "key_1", time.Now()), true) })
		}
		group.Wait()
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if got := len(d.ids()); got != 25_000 {
			t.Errorf("%d rows are written", got)
		}
	})
}

func TestMemoryIsBoundedWhereNothingCanBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{failures: 1 << 30}
		r := newRecorder(t, d)
		for i := range 45_000 {
			r.Add(row(fmt.Sprint(i), "key_1", time.Now()), true)
		}
		d.mu.Lock()
		d.failures = 0
		d.mu.Unlock()
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		ids := d.ids()
		if len(ids) == 0 || len(ids) > 20_000 || ids[len(ids)-1] != "44999" {
			t.Errorf("%d rows are kept", len(ids))
		}
	})
}
