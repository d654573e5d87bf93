package providerdata

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata/pages"
)

func TestStatusSaysWhatToSet(t *testing.T) {
	t.Parallel()
	key := Setting{Attribute: "billium.api_key", Variable: "BILLIUM_API_KEY"}
	merchant := Setting{Attribute: "billium.merchant_id", Variable: "BILLIUM_MERCHANT_ID"}
	cases := []struct {
		name            string
		status          Status
		ready, deferred bool
		want            string
	}{
		{"ready", Status{}, true, false, ""},
		{"one missing", Status{Missing: []Setting{key}}, false, false, "or the environment variable BILLIUM_API_KEY."},
		{"two missing", Status{Missing: []Setting{key, merchant}}, false, false,
			"Set billium.api_key and billium.merchant_id in the provider block, or the environment variables BILLIUM_API_KEY and BILLIUM_MERCHANT_ID."},
		{"unknown", Status{Unknown: []Setting{key}}, false, true, "billium.api_key depends on something that has not been created yet"},
		{"missing beats unknown", Status{Missing: []Setting{merchant}, Unknown: []Setting{key}}, false, false, "BILLIUM_MERCHANT_ID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.status.Ready() != c.ready || c.status.Deferred() != c.deferred {
				t.Errorf("ready %t, deferred %t", c.status.Ready(), c.status.Deferred())
			}
			if got := c.status.Diagnostic("Billium", "A key").Detail(); !c.ready && !strings.Contains(got, c.want) {
				t.Errorf("%q does not say %q", got, c.want)
			}
		})
	}
}

func TestCachedAsksOnce(t *testing.T) {
	t.Parallel()
	var m cached[int]
	var asked atomic.Int32
	release := make(chan struct{})
	fetch := func(context.Context) (int, error) {
		asked.Add(1)
		<-release
		return 42, nil
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := m.get(t.Context(), time.Now, fetch); got != 42 || err != nil {
				t.Errorf("get = %d, %v", got, err)
			}
		})
	}
	close(release)
	all.Wait()
	before := asked.Load()
	if _, err := m.get(t.Context(), time.Now, fetch); err != nil || asked.Load() != before {
		t.Error("a known answer is asked for again")
	}
}

func TestCachedForgetsFailures(t *testing.T) {
	t.Parallel()
	var m cached[int]
	failure := errors.New("not now")
	if _, err := m.get(t.Context(), time.Now, func(context.Context) (int, error) { return 0, failure }); !errors.Is(err, failure) {
		t.Errorf("error = %v", err)
	}
	if got, err := m.get(t.Context(), time.Now, func(context.Context) (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("get = %d, %v", got, err)
	}
}

// A platform that is down is asked once in a while, and all waiters fail at once.
func TestCachedKeepsTroubleForAWhile(t *testing.T) {
	t.Parallel()
	for _, kind := range []error{client.ErrConnection, client.ErrUnauthorized, client.ErrServer} {
		var m cached[int]
		now, asked := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), 0
		get := func() error {
			_, err := m.get(t.Context(), func() time.Time { return now }, func(context.Context) (int, error) { asked++; return 0, kind })
			return err
		}
		for range 5 {
			if err := get(); !errors.Is(err, kind) {
				t.Errorf("error = %v, want %v", err, kind)
			}
		}
		if asked != 1 {
			t.Errorf("%v: asked %d times", kind, asked)
		}
		now = now.Add(pages.Backoff)
		if err := get(); asked != 2 || !errors.Is(err, kind) {
			t.Errorf("%v, a while later: asked %d times, error = %v", kind, asked, err)
		}
	}
}

func TestCachedEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	var m cached[int]
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	started := make(chan struct{})
	go func() { <-started; cancel() }()
	_, err := m.get(ctx, time.Now, func(context.Context) (int, error) { close(started); <-release; return 0, nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}
