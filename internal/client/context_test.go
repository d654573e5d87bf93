package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestDoGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	t.Run("before it is sent", func(t *testing.T) {
		t.Parallel()
		steps := inOrder(answer(200, `{}`))
		f := serve(t, steps.ServeHTTP)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := f.Do(ctx, post(""), nil)
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrOutcomeUnknown) || steps.requests() != 0 {
			t.Errorf("got %v after %d requests", err, steps.requests())
		}
	})
	t.Run("while it is under way", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		steps := inOrder(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the server notices a closed connection only then
			cancel()
			<-r.Context().Done()
		})
		f := serve(t, steps.ServeHTTP)
		err := f.Do(ctx, post("k"), nil)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrOutcomeUnknown) || steps.requests() != 1 || len(f.slept.taken) != 0 {
			t.Errorf("got %v after %d requests and waits of %s", err, steps.requests(), f.slept.taken)
		}
	})
	t.Run("but not on a creation that is under way", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		steps := inOrder(func(w http.ResponseWriter, r *http.Request) {
			cancel()
			answer(201, `{"id":"thing_1"}`)(w, r)
		})
		f := serve(t, steps.ServeHTTP)
		creation := post("")
		creation.SeeThrough = true
		var created struct {
			ID string `json:"id"`
		}
		if err := f.Do(ctx, creation, &created); err != nil || created.ID != "thing_1" {
			t.Errorf("got %q, %v", created.ID, err)
		}
		if err := f.Do(ctx, creation, &created); !errors.Is(err, context.Canceled) || steps.requests() != 1 {
			t.Errorf("the next one: got %v after %d requests", err, steps.requests())
		}
	})
	t.Run("during the wait", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		steps := inOrder(answer(429, `{"error":"slow"}`, "Retry-After", "100"))
		f := serve(t, steps.ServeHTTP, func(c *Config) {
			// The real sleep: that the test ends at all proves that it ended early.
			c.Sleep = func(ctx context.Context, d time.Duration) error { cancel(); return sleep(ctx, d) }
		})
		err := f.Do(ctx, get("/v1/things"), nil)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrRateLimited) || steps.requests() != 1 {
			t.Errorf("got %v after %d requests", err, steps.requests())
		}
		if told := f.seen()[0].Err; told == nil || errors.Is(told, context.Canceled) {
			t.Errorf("what the observer was told has become %v", told)
		}
	})
	t.Run("no wait that its deadline cuts short", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
		defer cancel()
		f := serve(t, answer(429, `{"error":"slow"}`, "Retry-After", "100"), func(c *Config) {
			c.Now = func() time.Time { return time.Now().Add(time.Hour - time.Minute) }
		})
		err := f.Do(ctx, get("/v1/things"), nil)
		if !errors.Is(err, ErrRateLimited) || len(f.slept.taken) != 0 || !strings.Contains(err.Error(), "asked to wait 1m40s") {
			t.Errorf("got %v after waits of %s", err, f.slept.taken)
		}
	})
}
