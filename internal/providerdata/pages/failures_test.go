package pages

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

var errBroken = errors.New("broken")

// breaking has an account answer none of some requests.
func breaking(a *account, broken ...string) *account {
	a.before = func(what string) error {
		if slices.Contains(broken, what) {
			return errBroken
		}
		return nil
	}
	return a
}

func asked(a *account, what string) (times int) {
	for _, request := range a.requests {
		if request == what {
			times++
		}
	}
	return times
}

// A page that goes on failing costs the objects on it single reads, with cursors
// those behind it too, and no reader fails. It is not asked for again and again.
func TestReadsDoWithoutABrokenPage(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{false, true} {
		for _, width := range []int{1, 10, 50} {
			a := breaking(newAccount(1000, 100, numbered), "LIST 2")
			var ids []string
			for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(1000) {
				ids = append(ids, fmt.Sprintf("t%d", i))
			}
			read(t, a.cache(), ids, width)
			// As many as there are pages, up to the broken one with cursors; a reader that met
			// that; and what it has or hides.
			most := 2*10 + 1 + 2*maxFailures + 100
			if !numbered {
				most = 2*3 + 1 + 2*maxFailures + 800
			}
			t.Logf("numbered %v, %d at once: %d requests", numbered, width, len(a.requests))
			if len(a.requests) > most || asked(a, "LIST 2") > maxFailures {
				t.Errorf("numbered %v, %d at once: %d requests, want at most %d, %d of them for the broken page, want at most %d",
					numbered, width, len(a.requests), most, asked(a, "LIST 2"), maxFailures)
			}
		}
	}
}

// Where no one is answered, a few ask and all are told, until it is time to ask
// again.
func TestAPlatformThatIsDownIsNotAsked(t *testing.T) {
	t.Parallel()
	for _, down := range []error{
		client.ErrConnection, client.ErrUnauthorized, client.ErrRateLimited, client.ErrRedirect, client.ErrServer, client.ErrInvalidResponse,
	} {
		for _, width := range []int{1, 10, 50} {
			a := newAccount(1000, 100, true)
			a.before = func(string) error { return down }
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			a.now = func() time.Time { return now }
			s := a.cache()
			for id, err := range readAll(t, s, width, 1000) {
				if !errors.Is(err, down) {
					t.Errorf("%v, %d at once: %s: got %v", down, width, id, err)
				}
			}
			most := maxTroubles + width // who asked already is not called back
			if client.Closed(down) {
				most = 1
			}
			if len(a.requests) > most {
				t.Errorf("%v, %d at once: %d requests, want at most %d", down, width, len(a.requests), most)
			}
			a.before = nil
			if _, err := s.Get(t.Context(), "", "t7"); !errors.Is(err, down) {
				t.Errorf("%v, at once: got %v", down, err)
			}
			a.requests, now = nil, now.Add(Backoff)
			for id, err := range readAll(t, s, width, 1000) {
				if err != nil {
					t.Errorf("%v, once it answers: %s: got %v", down, id, err)
				}
			}
			if most := 2*10 + 1; client.Closed(down) && len(a.requests) > most {
				t.Errorf("%v, once it answers: %d requests, want at most %d", down, len(a.requests), most)
			}
		}
	}
}

// A connection that is lost for one page fails no reader that does without it.
// Where no one else is answered meanwhile, anyone who needs the page is told at once;
// where someone is, they may read singly.
func TestALostPageFailsWhoNeedsIt(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{false, true} {
		for _, width := range []int{1, 10, 50} {
			for _, silent := range []bool{true, false} {
				name := fmt.Sprintf("numbered %v, %d at once, silent %v", numbered, width, silent)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { losePage(t, numbered, width, silent) })
				})
			}
		}
	}
}

func losePage(t *testing.T, numbered bool, width int, silent bool) {
	a := newAccount(1000, 100, numbered)
	a.before = func(what string) error {
		if what != "LIST 5" {
			return nil
		}
		if silent {
			synctest.Wait() // whatever else was asked is answered
		}
		return client.ErrConnection
	}
	failed, pages, needing := 0, 10, 100
	if !numbered { // those behind it are not found either
		pages, needing = 6, 500
	}
	for id, err := range readAll(t, a.cache(), width, 1000) {
		if err == nil {
			continue
		}
		failed++
		number, numberErr := strconv.Atoi(id[1:])
		if numberErr != nil || number < 500 || number >= 500+needing || !errors.Is(err, client.ErrConnection) {
			t.Errorf("%s: got %v", id, err)
		}
	}
	most := 2*pages + 1
	if !silent {
		most += maxFailures + needing
	}
	t.Logf("%d reads failed, %d requests, %d of them for the page", failed, len(a.requests), asked(a, "LIST 5"))
	if len(a.requests) > most || asked(a, "LIST 5") > maxFailures {
		t.Errorf("want at most %d requests, %d of them for the page", most, maxFailures)
	}
	if least := needing - pages - 1; silent && failed < least {
		t.Errorf("%d reads failed, want at least %d: the page was never lost", failed, least)
	}
}

// readAll reads the first things, in any order, and returns how that ended.
func readAll(t *testing.T, s *Cache[thing], width, count int) map[string]error {
	t.Helper()
	work, ends := make(chan string), map[string]error{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range width {
		all.Go(func() {
			for id := range work {
				_, err := s.Get(t.Context(), "", id)
				mu.Lock()
				ends[id] = err
				mu.Unlock()
			}
		})
	}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(count) {
		work <- fmt.Sprintf("t%d", i)
	}
	close(work)
	all.Wait()
	return ends
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	busy := fmt.Errorf("page: %w", client.ErrServer)
	for _, row := range []struct {
		name  string
		ended []error
		want  error
	}{
		{"nothing yet", nil, nil},
		{"an answer", []error{nil}, nil},
		{"no such object", []error{client.ErrNotFound}, nil},
		{"not for this key", []error{client.ErrForbidden, client.ErrForbidden, client.ErrForbidden}, nil},
		{"no connection", []error{nil, client.ErrConnection}, client.ErrConnection},
		{"refused", []error{client.ErrUnauthorized}, client.ErrUnauthorized},
		{"failed twice", []error{busy, client.ErrInvalidResponse}, nil},
		{"failed three times", []error{busy, client.ErrInvalidResponse, busy}, busy},
		{"failed again and again", []error{busy, busy, busy, client.ErrInvalidResponse}, client.ErrInvalidResponse},
		{"failed, with answers between", []error{busy, busy, nil, busy, client.ErrNotFound, busy, busy}, nil},
		{"answers again", []error{client.ErrConnection, nil}, nil},
	} {
		var b backoff
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		for _, err := range row.ended {
			b = b.record(t.Context(), err, now)
		}
		if !errors.Is(b.err, row.want) || (b.err == nil) != (row.want == nil) {
			t.Errorf("%s: got %v, want %v", row.name, b.err, row.want)
		}
	}
}

// How a request ends that was cancelled says nothing of the platform.
func TestCancellationIsNoBackoff(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	down := backoff{}.record(t.Context(), client.ErrConnection, now)
	for _, b := range []backoff{{}, {failures: 2}, down} {
		for _, err := range []error{client.ErrConnection, context.Canceled} {
			if got := b.record(ctx, err, now.Add(time.Second)); got != b {
				t.Errorf("%+v after %v: got %+v", b, err, got)
			}
		}
	}
}

// Where all pages but the first fail, only a few are requested.
func TestFewFailedPagesAreSkipped(t *testing.T) {
	t.Parallel()
	a := newAccount(1000, 10, true)
	a.before = func(what string) error {
		if strings.HasPrefix(what, "LIST ") && what != "LIST " {
			return errBroken
		}
		return nil
	}
	var ids []string
	for i := range 100 {
		ids = append(ids, fmt.Sprintf("t%d", 10*i))
	}
	read(t, a.cache(), ids, 10)
	if most := 1 + (maxFailedPages+1)*maxFailures + 99; len(a.requests) > most {
		t.Errorf("%d requests, want at most %d", len(a.requests), most)
	}
}

// A page that fails once is there for the next one who reads.
func TestAPageRecovers(t *testing.T) {
	t.Parallel()
	a := newAccount(1000, 100, false)
	var once sync.Once
	a.before = func(what string) (err error) {
		if what == "LIST 3" {
			once.Do(func() { err = errBroken })
		}
		return err
	}
	var ids []string
	for i := range 1000 {
		ids = append(ids, fmt.Sprintf("t%d", i))
	}
	read(t, a.cache(), ids, 10)
	if most := 2*10 + 1 + 2; len(a.requests) > most {
		t.Errorf("%d requests, want at most %d", len(a.requests), most)
	}
}

// Anyone who wants the whole list, or the first page, can't do without, and is told.
func TestWhoNeedsABrokenPageFails(t *testing.T) {
	t.Parallel()
	a := breaking(newAccount(25, 10, false), "LIST ")
	s := a.cache()
	read(t, s, []string{"t24", "t3", "t11"}, 1)
	before := len(a.requests)
	for range 10 {
		if _, err := s.First(t.Context(), ""); !errors.Is(err, errBroken) {
			t.Errorf("the first page: got %v", err)
		}
	}
	if len(a.requests) != before {
		t.Errorf("the first page has failed, and was asked for again: %q", a.requests[before:])
	}
	if _, err := s.All(t.Context(), ""); !errors.Is(err, errBroken) {
		t.Errorf("all: got %v", err)
	}
	a.before = nil
	if all, err := s.All(t.Context(), ""); err != nil || len(all) != 25 {
		t.Errorf("once it is answered: got %d, %v", len(all), err)
	}
}

// Without single reads a broken page fails every read that waits for it, all at once,
// and never passes for the end of an object.
func TestABrokenListAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(25, 100, false)
		a.before = func(string) error {
			synctest.Wait() // all wait for this page
			return errBroken
		}
		s := New(func(string) Source[thing] {
			return Source[thing]{ID: func(t thing) string { return t.id }, Now: time.Now, Page: a.page}
		})
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				if _, err := s.Get(t.Context(), "", fmt.Sprintf("t%d", i)); !errors.Is(err, errBroken) {
					t.Errorf("t%d: got %v", i, err)
				}
			})
		}
		all.Wait()
		if len(a.requests) != 1 {
			t.Errorf("%d requests for one page", len(a.requests))
		}
		a.before = nil
		if got, err := s.Get(t.Context(), "", "t3"); err != nil || got.id != "t3" {
			t.Errorf("once it is answered: got %+v, %v", got, err)
		}
	})
}

func TestGoneCursorStartsAnew(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	var once sync.Once
	a.before = func(what string) (err error) {
		if what == "LIST 1" {
			once.Do(func() { err = client.ErrBadRequest })
		}
		return err
	}
	if all, err := a.cache().All(t.Context(), ""); err != nil || len(all) != 25 {
		t.Errorf("got %d, %v", len(all), err)
	}
	a.before = func(what string) error {
		if what == "LIST 1" {
			return client.ErrBadRequest
		}
		return nil
	}
	if _, err := a.cache().All(t.Context(), ""); !errors.Is(err, client.ErrBadRequest) {
		t.Errorf("a cursor that never works: got %v", err)
	}
}

// Restarts that writes make are none for a cursor.
func TestACursorMayGoAfterManyWrites(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	s := a.cache()
	load(t, s)
	for range maxRestarts + 1 {
		s.InvalidateAll()
	}
	var once sync.Once
	a.before = func(what string) (err error) {
		if what == "LIST 1" {
			once.Do(func() { err = client.ErrBadRequest })
		}
		return err
	}
	if all, err := s.All(t.Context(), ""); err != nil || len(all) != 25 {
		t.Errorf("got %d, %v", len(all), err)
	}
}
