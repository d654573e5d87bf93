package configured

import "sync"

// Holders are the keys that need an object while a plan is carried out: those in a company
// that they are about to leave, or with a permission set. Resources are planned in any
// order, so that the later one is told. Its zero value is ready.
type Holders struct {
	mu        sync.Mutex
	destroyed map[string]bool
	keys      map[string][]string
}

// Hold notes that the key of a resource which goes on needs an object. It reports whether
// the plan destroys that object.
func (h *Holders) Hold(id, key string) (destroyed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	put(&h.keys, id, append(h.keys[id], key))
	return h.destroyed[id]
}

// Destroy notes that the plan destroys an object. It returns the keys of resources that go
// on and need it, as far as they are planned.
func (h *Holders) Destroy(id string) (keys []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	put(&h.destroyed, id, true)
	return h.keys[id]
}
