package configured

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Ledger is what a walk over the configuration has shown of keys and of the
// resources that have them. A provider doesn't see the states of its resources,
// but it sees each of them when Terraform refreshes and plans it. A walk's order
// is no one's, so a key may turn out to be a resource's after another resource
// has asked about it; then the later one is told.
//
// Its zero value is ready.
type Ledger struct {
	// Patience is how long AwaitRead waits; 0 for 5 seconds.
	Patience time.Duration

	mu       sync.Mutex
	read     map[string]bool     // ids that a resource's state has
	declared map[string]bool     // ids of resources that were planned and go on
	leaving  map[string]bool     // ids of resources that were planned to be destroyed
	names    map[string][]holder // who has a name, by scope and name
	wanted   map[string]string   // ids that a resource asked about, by the name that it has
	revoked  map[string]bool     // ids of keys that this walk has revoked
	news     chan struct{}       // closed once another id is read; nil where nothing waits
}

// holder is a resource that has a name.
type holder struct {
	owner string
	claim Claim
}

// Read notes that a resource's state has the key.
func (l *Ledger) Read(ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.read == nil {
		l.read = map[string]bool{}
	}
	for _, id := range ids {
		l.read[id] = true
	}
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
}

const readPatience = 5 * time.Second

// AwaitRead reports whether a resource's state has the key, and waits a few seconds
// for the walk to show it: resources are planned while others are still to be refreshed.
func (l *Ledger) AwaitRead(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(l.Patience, readPatience))
	defer cancel()
	for {
		l.mu.Lock()
		if l.read[id] {
			l.mu.Unlock()
			return true
		}
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news := l.news
		l.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return false
		}
	}
}

// WasRead reports whether a resource's state has the key, as far as the walk has
// shown.
func (l *Ledger) WasRead(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read[id]
}

// Revoke notes that the walk has revoked the key.
func (l *Ledger) Revoke(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.revoked == nil {
		l.revoked = map[string]bool{}
	}
	l.revoked[id] = true
}

// WasRevoked reports whether the walk has revoked the key: a list that it read
// before doesn't tell.
func (l *Ledger) WasRevoked(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revoked[id]
}

// Declare notes that the key is a resource's that goes on. It returns the name
// of another resource that is to have a key of its own under that key's name, and
// whether there is one; and whether another resource has the very same key.
func (l *Ledger) Declare(id string) (name string, taken, twice bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	twice = l.declared[id] || l.leaving[id]
	if l.declared == nil {
		l.declared = map[string]bool{}
	}
	l.declared[id] = true
	name, taken = l.wanted[id]
	return name, taken, twice
}

// Destroy notes that the key is a resource's that is destroyed. It reports whether
// another resource has the very same key.
func (l *Ledger) Destroy(id string) (twice bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	twice = l.declared[id] || l.leaving[id]
	if l.leaving == nil {
		l.leaving = map[string]bool{}
	}
	l.leaving[id] = true
	return twice
}

// Want notes that a resource of that name takes the key for one that no one
// declares. It reports whether someone does.
func (l *Ledger) Want(id, name string) (declared bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wanted == nil {
		l.wanted = map[string]string{}
	}
	if !l.declared[id] {
		l.wanted[id] = name
	}
	return l.declared[id]
}

// Claim is why a resource has a name.
type Claim int

const (
	// Keeps the name that it has.
	Keeps Claim = iota
	// Renames a key to the name.
	Renames
	// Creates a key of the name.
	Creates
)

// Take notes that a resource is going to have a name in a scope. The owner tells
// resources apart: the id of its key, and "" for one that has none yet. Take
// reports whether the name is another one's as well, where either of them is to
// get it. Of a key that keeps its name while another is created under it, the
// platform's list tells: see Want.
func (l *Ledger) Take(scope, name, owner string, claim Claim) (taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		l.names = map[string][]holder{}
	}
	both := scope + "\x00" + naming.NFC(name)
	self := -1
	for i, other := range l.names[both] {
		if other.owner == owner && owner != "" { // planned once more, as a replacement is
			self = i
			continue
		}
		taken = taken || claim == Renames || other.claim == Renames || claim == Creates && other.claim == Creates
	}
	if self < 0 {
		l.names[both] = append(l.names[both], holder{owner, claim})
	} else {
		l.names[both][self].claim = max(l.names[both][self].claim, claim)
	}
	return taken
}
