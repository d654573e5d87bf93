//go:build unix

package e2e_test

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// A program that uses a key in a loop and takes the token from the state as soon as it
// changes is never refused, however often the key is rotated: 10 times, and 50
// with KEYWARD_MATRIX=full.
func TestConsumerIsNeverRefused(t *testing.T) {
	t.Parallel()
	rotations := 10
	if os.Getenv("KEYWARD_MATRIX") == "full" {
		rotations = 50
	}
	w := newWorld(t)
	w.configure(t, consumedKeys)
	apply := func(generation int) {
		t.Helper()
		// Each key is a day older than the next, so that its overlap is over then.
		w.setBehind(time.Duration(rotations+2-generation) * 25 * time.Hour)
		w.run(t, nil, "apply", "-auto-approve", "-input=false", "-var", "generation="+strconv.Itoa(generation))
	}
	apply(1)
	consumers := []*consumer{
		w.consume(t, "keyward_corebill_api_key", w.Credentials.Corebill.BaseURL+"/v1/customers?company_id="+w.Credentials.Corebill.CompanyID),
		w.consume(t, "keyward_billium_api_key", w.Credentials.Billium.BaseURL+"/v1/merchants/merchant/"+w.Credentials.Billium.MerchantID+"/invoices"),
	}
	for generation := 2; generation <= rotations+1; generation++ {
		apply(generation)
		for _, c := range consumers {
			c.await(t, generation)
		}
	}
	w.setBehind(0) // nothing is left to rotate, and the last overlap is over
	w.run(t, nil, "apply", "-auto-approve", "-input=false", "-var", "generation="+strconv.Itoa(rotations+1))
	for _, c := range consumers {
		if served, refused := c.stop(); refused != 0 || served < rotations {
			t.Errorf("%s: %d requests were served, %d refused, the last one at generation %d", c.resource, served, refused, c.refusedAt)
		}
	}
	for name, keys := range map[string][]platformKey{"Corebill": w.corebillKeys(t), "Billium": w.billiumKeys(t)} {
		if made, live := count(keys, "shop"); made != rotations+1 || live != 1 {
			t.Errorf("%s: %d keys were made, %d live, want %d and 1", name, made, live, rotations+1)
		}
	}
}

const consumedKeys = `
variable "generation" {
  type = number
}

resource "keyward_corebill_api_key" "shop" {
  name             = "shop"
  permission_level = "read"
  rotation         = { rotate_when_changed = { generation = var.generation } }
}

resource "keyward_billium_api_key" "shop" {
  name        = "shop"
  permissions = ["invoice:view"]
  rotation    = { rotate_when_changed = { generation = var.generation } }
}
`

func count(keys []platformKey, name string) (made, live int) {
	for _, key := range keys {
		if key.Name != name {
			continue
		}
		made++
		if key.Live {
			live++
		}
	}
	return made, live
}

// consumer uses a key in a loop. It keeps the token that it has until it sees
// another in the state file.
type consumer struct {
	resource, url string
	cancel        context.CancelFunc
	done          chan struct{}

	mu              sync.Mutex
	working         *sync.Cond // a request was answered
	generation      int        // of the last key that was served
	served, refused int
	refusedAt       int
}

func (w world) consume(t *testing.T, resource, url string) *consumer {
	ctx, cancel := context.WithCancel(t.Context())
	c := &consumer{resource: resource, url: url, cancel: cancel, done: make(chan struct{})}
	c.working = sync.NewCond(&c.mu)
	go func() {
		defer close(c.done)
		c.loop(ctx, w)
	}()
	t.Cleanup(func() { c.stop() })
	return c
}

func (c *consumer) loop(ctx context.Context, w world) {
	pause := time.NewTicker(5 * time.Millisecond)
	defer pause.Stop()
	var using heldKey
	for ctx.Err() == nil {
		// While the file is being written there is nothing to see in it.
		if key, found, err := w.held(c.resource); err == nil && found {
			using = key
		}
		if status := c.call(ctx, using.Token); status != 0 {
			c.note(status, using.Generation)
		}
		<-pause.C
	}
}

// call returns the status of a request, 0 for none because the test is over.
func (c *consumer) call(ctx context.Context, token string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, nil)
	if err != nil {
		return http.StatusBadRequest
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("X-Api-Key", token)
	response, err := http.DefaultClient.Do(request)
	switch {
	case ctx.Err() != nil:
		return 0
	case err != nil:
		return http.StatusBadGateway
	}
	_ = response.Body.Close() // only the status counts
	return response.StatusCode
}

func (c *consumer) note(status, generation int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if status == http.StatusOK {
		c.served++
		c.generation = generation
	} else {
		c.refused++
		c.refusedAt = generation
	}
	c.working.Broadcast()
}

// await returns once a key of that generation was served, or anything refused.
func (c *consumer) await(t *testing.T, generation int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.generation < generation {
		if c.refused > 0 {
			t.Fatalf("%s: refused at generation %d while generation %d is in the state", c.resource, c.refusedAt, generation)
		}
		c.working.Wait()
	}
}

// stop ends the loop and returns how many requests were served and refused.
func (c *consumer) stop() (served, refused int) {
	c.cancel()
	<-c.done
	return c.served, c.refused
}
