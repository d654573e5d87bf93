package billium_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func refused(s *sandboxtest.Sandbox) (count int) {
	for _, request := range s.Requests() {
		if request.Status == http.StatusTooManyRequests {
			count++
		}
	}
	return count
}

// create makes n keys with each client, ten at a time, as Terraform does.
func create(t *testing.T, merchant string, n int, clients ...*billium.Client) {
	t.Helper()
	var all sync.WaitGroup
	for i, c := range clients {
		wanted := make(chan int)
		for range 10 {
			all.Go(func() {
				for k := range wanted {
					name := fmt.Sprintf("key-%d-%d", i, k)
					if _, err := c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: name}, name); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			})
		}
		all.Go(func() {
			defer close(wanted)
			for k := range n {
				wanted <- k
			}
		})
	}
	all.Wait()
}

// Ideally 200 creations take three minutes: fifty at once, and fifty at the
// beginning of each of the three windows that follow.
func TestSandboxLimitIsKeptUnfelt(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(), sandboxtest.WithClock(clock.now))
	started := clock.now()
	create(t, s.Credentials.Billium.MerchantID, 200, connect(t, s, clock))
	took, ideal := clock.now().Sub(started), 3*time.Minute
	t.Logf("200 creations took %s of the sandbox's time (ideally %s), %d requests were refused", took, ideal, refused(s))
	if took > ideal*105/100 || refused(s) != 0 {
		t.Errorf("took %s with %d refusals, want at most 1.05 × %s and none", took, refused(s), ideal)
	}
}

// Two runs that know nothing of each other come from one address.
func TestSandboxLimitSharedWithAnotherRun(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(), sandboxtest.WithClock(clock.now))
	create(t, s.Credentials.Billium.MerchantID, 60, connect(t, s, clock), connect(t, s, clock))
	t.Logf("120 creations by two runs, %d requests were refused", refused(s))
}

// Clients with other keys share what the address may send.
func TestSandboxLimitSharedAmongCredentials(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(), sandboxtest.WithClock(clock.now))
	merchant := s.Credentials.Billium.MerchantID
	c := connect(t, s, clock)
	for i := range 40 {
		name := fmt.Sprintf("key-%d", i)
		created, err := c.CreateAPIKey(t.Context(), merchant, billiumapi.CreateAPIKeyRequest{Name: name}, name)
		if err != nil {
			t.Fatal(err)
		}
		own, err := c.WithCredential(created.Token)
		if err != nil {
			t.Fatal(err)
		}
		if err := own.Verify(t.Context(), merchant); err != nil {
			t.Fatal(err)
		}
	}
	if n := refused(s); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
}

// A creation that is finished by a second request takes it at once: none begins where
// there is no room to finish it in the same window. 200 of them ideally take seven minutes:
// 400 requests, fifty in each window.
func TestSandboxLimitLeavesRoomToFinish(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := sandboxtest.Start(t, sandboxtest.WithDocumentedLimits(), sandboxtest.WithClock(clock.now))
	merchant, c := s.Credentials.Billium.MerchantID, connect(t, s, clock)
	started := clock.now()
	var all sync.WaitGroup
	wanted := make(chan int)
	for range 10 {
		all.Go(func() {
			for k := range wanted {
				ctx, release := client.Reserve(t.Context(), 1)
				created, err := c.CreateAPIKey(ctx, merchant, billiumapi.CreateAPIKeyRequest{Name: "pending"}, fmt.Sprint(k))
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := c.UpdateAPIKey(client.Urgent(ctx), merchant, created.Key.ID, billiumapi.UpdateAPIKeyRequest{Name: new(fmt.Sprint(k))}); err != nil {
					t.Error(err)
				}
				release()
			}
		})
	}
	for k := range 200 {
		wanted <- k
	}
	close(wanted)
	all.Wait()
	pending, most := 0, 0 // creations that have begun and are not finished
	for _, request := range s.Requests() {
		if request.Method == http.MethodPost {
			pending++
		} else {
			pending--
		}
		most = max(most, pending)
	}
	if most > 10 || pending != 0 {
		t.Errorf("%d creations were begun at a time, and %d not finished", most, pending)
	}
	for window := range slices.Chunk(s.Requests(), 50) {
		posts := 0
		for _, request := range window {
			if request.Method == http.MethodPost {
				posts++
			}
		}
		if posts != len(window)/2 {
			t.Errorf("a window of %d requests begins %d creations, so that it can't finish them all", len(window), posts)
		}
	}
	took, ideal := clock.now().Sub(started), 7*time.Minute
	t.Logf("200 creations in two requests took %s of the sandbox's time (ideally %s), %d requests were refused", took, ideal, refused(s))
	if took > ideal*105/100 || refused(s) != 0 {
		t.Errorf("took %s with %d refusals, want at most 1.05 × %s and none", took, refused(s), ideal)
	}
}
