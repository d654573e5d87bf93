package pages

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// read reads things, width at a time.
func read(t *testing.T, s *Cache[thing], ids []string, width int) {
	t.Helper()
	work := make(chan string)
	var all sync.WaitGroup
	for range width {
		all.Go(func() {
			for id := range work {
				if got, err := s.Get(t.Context(), "", id); err != nil || got.id != id {
					t.Errorf("%s: got %+v, %v", id, got, err)
				}
			}
		})
	}
	for _, id := range ids {
		work <- id
	}
	close(work)
	all.Wait()
}

// However many are read, of however many, in whatever order and side by side:
// never more than 2·min(N, P) + 1 requests.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	worst := map[bool]int{}
	for seed := range uint64(600) {
		random := rand.New(rand.NewPCG(seed, 7))
		pages, size := 1+random.IntN(90), 10 // beyond what is asked for at once, too
		count := (pages-1)*size + 1 + random.IntN(size)
		n := 1 + random.IntN(count)
		if seed%4 == 0 {
			n = 1 + random.IntN(min(count, 5))
		}
		a := newAccount(count, size, seed%2 == 0)
		a.before = func(string) error {
			for range rand.IntN(20) {
				runtime.Gosched()
			}
			return nil
		}
		var ids []string
		for _, i := range random.Perm(count)[:n] {
			ids = append(ids, fmt.Sprintf("t%d", i))
		}
		width := 1 + random.IntN(20)
		read(t, a.cache(), ids, width)
		requests, most := len(a.requests), 2*min(n, pages)+1
		if requests > most {
			t.Errorf("seed %d: N = %d, P = %d, width %d: %d requests, want at most %d", seed, n, pages, width, requests, most)
		}
		if seed%40 < 2 {
			t.Logf("N = %d, P = %d, width %d: %d requests (at most %d)", n, pages, width, requests, most)
		}
		worst[a.numbered] = max(worst[a.numbered], requests-most)
	}
	t.Logf("nearest to the bound: %d below it with cursors, %d with numbered pages", -worst[false], -worst[true])
}

// What everyone does: read all there is, ten at a time.
func TestReadingAllTakesThePages(t *testing.T) {
	t.Parallel()
	for _, numbered := range []bool{false, true} {
		a := newAccount(1000, 100, numbered)
		random := rand.New(rand.NewPCG(1, 2))
		var ids []string
		for _, i := range random.Perm(1000) {
			ids = append(ids, fmt.Sprintf("t%d", i))
		}
		read(t, a.cache(), ids, 10)
		t.Logf("N = 1000, P = 10: %d requests", len(a.requests))
		if len(a.requests) > 21 {
			t.Errorf("%d requests", len(a.requests))
		}
	}
}

func TestOneReadOfMany(t *testing.T) {
	t.Parallel()
	a := newAccount(10_000, 100, true)
	read(t, a.cache(), []string{"t7777"}, 1)
	if !slices.Equal(a.requests, []string{"LIST ", "GET t7777"}) {
		t.Errorf("got %q", a.requests)
	}
}

// load has everything in pages.
func load(t *testing.T, s *Cache[thing]) {
	t.Helper()
	if _, err := s.All(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}

// What came to be after its page was read is found all the same.
func TestNewcomersAreFound(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	s := a.cache()
	load(t, s)
	a.things = append(a.things, thing{id: "late"})
	if _, err := s.Get(t.Context(), "", "late"); err != nil {
		t.Error(err)
	}
}

// That a list can't be found must never pass for the end of an object.
func TestNoListIsNoAnswer(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	a.before = func(what string) error {
		if strings.HasPrefix(what, "LIST") {
			return client.ErrNotFound
		}
		return nil
	}
	read(t, a.cache(), []string{"t24", "t3", "t11", "t1"}, 2)
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	s := a.cache()
	ctx, cancel := context.WithCancel(t.Context())
	a.before = func(what string) error {
		cancel()
		_, err := s.Get(ctx, "", "t24")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", what, err)
		}
		return nil
	}
	load(t, s)
}

// A kind without single reads, as Billium's webhooks are.
func TestAListAlone(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	s := New(func(string) Source[thing] {
		return Source[thing]{ID: func(t thing) string { return t.id }, Now: time.Now, Page: a.page}
	})
	read(t, s, []string{"t24", "t3", "t11"}, 2)
	if _, err := s.Get(t.Context(), "", "gone"); !errors.Is(err, client.ErrNotFound) || len(a.requests) != 3 {
		t.Errorf("got %v after %q", err, a.requests)
	}
	a.things[3].version = 1
	s.Put("", a.things[3])
	if got, err := s.Get(t.Context(), "", "t3"); err != nil || got.version != 1 {
		t.Errorf("after a write: got %+v, %v", got, err)
	}
}

// Reads that are cancelled while they request a page fail alone, however many they are.
func TestCancellationFailsNoOtherRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(25, 100, false)
		c := a.cache()
		cancelled, requests := make(chan struct{}), 0
		a.before = func(string) error {
			if requests++; requests > maxFailures {
				return nil
			}
			<-cancelled
			return client.ErrConnection
		}
		var all sync.WaitGroup
		for round := range maxFailures {
			ctx, cancel := context.WithCancel(t.Context())
			all.Go(func() {
				if _, err := c.Get(ctx, "", "t1"); err == nil {
					t.Error("the cancelled one did not fail")
				}
			})
			synctest.Wait() // it requests the page
			for _, id := range []string{"t2", "t3", "t4"} {
				if round == maxFailures-1 {
					all.Go(func() { read(t, c, []string{id}, 1) })
				}
			}
			synctest.Wait() // they wait for it
			cancel()
			cancelled <- struct{}{}
			synctest.Wait()
		}
		all.Wait()
		if len(a.requests) != maxFailures+1 || asked(a, "LIST ") != maxFailures+1 {
			t.Errorf("got %q", a.requests)
		}
	})
}

// The first page shows writes, and nothing of the others.
func TestFirstPageShowsWrites(t *testing.T) {
	t.Parallel()
	a := newAccount(25, 10, false)
	c := a.cache()
	first := func(want ...string) {
		t.Helper()
		objects, err := c.First(t.Context(), "")
		var got []string
		for _, object := range objects {
			got = append(got, object.id)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	first("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9")
	load(t, c)
	c.Put("", thing{id: "new"})
	c.Put("", thing{id: "newer"})
	c.Invalidate("", "t1")
	c.Invalidate("", "t11")
	first("newer", "new", "t0", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9")
	read(t, c, []string{"t1"}, 1)
	first("newer", "new", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9")
	if lists := len(a.requests) - asked(a, "GET t1"); lists != 3 {
		t.Errorf("got %q", a.requests)
	}
}

// However many wait for a page, it is requested once.
func TestReadsShareThePageInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(25, 100, false)
		c := a.cache()
		a.before = func(string) error { synctest.Wait(); return nil }
		var all sync.WaitGroup
		all.Go(func() { load(t, c) })
		all.Go(func() { _, _ = c.First(t.Context(), "") })
		for range 10 {
			all.Go(func() { read(t, c, []string{"t7"}, 1) })
		}
		all.Wait()
		if !slices.Equal(a.requests, []string{"LIST "}) {
			t.Errorf("got %q", a.requests)
		}
	})
}
