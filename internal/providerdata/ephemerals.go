package providerdata

import (
	"context"
	"sync"
)

// OpenEphemerals are the ephemeral objects that this process has opened and Terraform
// has not closed: it closes none once an apply has failed. Its zero value is
// ready, and a nil one keeps nothing.
type OpenEphemerals struct {
	mu      sync.Mutex
	revokes map[string]func(context.Context)
}

// Add remembers how to revoke an object.
func (u *OpenEphemerals) Add(id string, revoke func(context.Context)) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.revokes == nil {
		u.revokes = map[string]func(context.Context){}
	}
	u.revokes[id] = revoke
}

// Remove forgets an object that was closed.
func (u *OpenEphemerals) Remove(id string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.revokes, id)
}

// Revoke revokes all that is left, side by side: a plugin that is told to end
// has two seconds.
func (u *OpenEphemerals) Revoke(ctx context.Context) {
	u.mu.Lock()
	defer u.mu.Unlock()
	var all sync.WaitGroup
	for _, revoke := range u.revokes {
		all.Go(func() { revoke(ctx) })
	}
	all.Wait()
	clear(u.revokes)
}
