package providerdata

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Claims is what a walk over the configuration has shown of keys and of the
// resources that have them. A provider doesn't see the states of its resources,
// but it sees each of them when Terraform refreshes and plans it. A walk has no
// order, so a key may turn out to be a resource's after another resource
// has asked about it; then the later one is told.
//
// Its zero value is ready.
type Claims struct {
	// Patience is how long AwaitRead waits while nothing is read; 0 for 5 seconds.
	Patience time.Duration

	mu         sync.Mutex
	read       map[string]bool       // ids that a resource's state has
	plans      map[string]KeyPlan    // what the plans of the resources that have a key make of it
	names      map[string][]claimant // who has a name, by scope and name
	successors map[string]Successor  // ids whose name another resource is to have
	revoked    map[string]bool       // ids of keys that this walk has revoked

	busy    int               // calls for resources that are under way
	waiting int               // those of them that wait in AwaitRead
	open    map[string]string // ids that a call stopped waiting for, by the name that is wanted
	changed chan struct{}     // closed once anything of this has changed; nil where nothing waits
}

// holder is a resource that has a name.
type claimant struct {
	owner string
	claim Claim
}

// Successor is another resource that is to have a key's name.
type Successor struct {
	Name string
	// Said is whether the log has word of it for the apply.
	Said bool
	// Expected is whether that word was there before the plan.
	Expected bool
}

// KeyPlan is what a plan makes of a key and its name.
type KeyPlan int

const (
	// Unplanned is a key whose resource has not been planned.
	Unplanned KeyPlan = iota
	// Stays is a key that keeps its name.
	Stays
	// Yields is a key whose resource goes on under another name.
	Yields
	// Goes is a key that is destroyed with its resource.
	Goes
)

// notify wakes all that wait. The caller holds mu.
func (l *Claims) notify() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Enter notes that a call for a resource is under way; the function that it returns
// ends that.
func (l *Claims) Enter() (leave func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.busy--
		l.notify()
	}
}

// Read notes that a resource's state has the key.
func (l *Claims) Read(ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		put(&l.read, id, true)
		delete(l.open, id)
	}
	l.notify()
}

const readPatience = 5 * time.Second

// Found is what AwaitRead found out.
type Found int

const (
	// InNoState is a key that no resource's state has, as far as the walk has shown.
	InNoState Found = iota
	// InState is a key that a resource's state has.
	InState
	// Assumed is a key that is taken for one that a resource's state has: if that is wrong,
	// another call is told.
	Assumed
)

// AwaitRead reports whether a resource's state has the key, whose name another one is to
// have, and waits a few seconds for the walk to show it: resources are planned while others
// are still to be refreshed.
//
// Terraform makes ten calls at a time. Where all of them wait, nothing more is shown, so
// that all but one stop waiting. The one that waits answers for them: open has the keys, by
// the name that is wanted, that no resource turned out to have.
func (l *Claims) AwaitRead(ctx context.Context, id, name string) (found Found, open map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	l.notify()
	defer func() {
		l.waiting--
		l.notify()
	}()
	for {
		switch {
		case l.read[id] && (len(l.open) == 0 || l.waiting > 1):
			return InState, nil
		case !l.read[id] && l.waiting > 1 && l.waiting >= l.busy:
			put(&l.open, id, name)
			return Assumed, nil
		}
		if !l.await(ctx) {
			open, l.open = l.open, nil
			if l.read[id] {
				found = InState
			}
			return found, open
		}
	}
}

// await waits for news, as long as there is patience. The caller holds mu.
func (l *Claims) await(ctx context.Context) (news bool) {
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	told := l.changed
	l.mu.Unlock()
	defer l.mu.Lock()
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(l.Patience, readPatience))
	defer cancel()
	select {
	case <-told:
		return true
	case <-ctx.Done():
		return false
	}
}

// WasRead reports whether a resource's state has the key, as far as the walk has
// shown.
func (l *Claims) WasRead(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read[id]
}

// Revoke notes that the walk has revoked the key.
func (l *Claims) Revoke(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	put(&l.revoked, id, true)
}

// WasRevoked reports whether the walk has revoked the key: a list that it read
// before doesn't tell.
func (l *Claims) WasRevoked(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revoked[id]
}

// Plan notes what a plan makes of a resource's key. It returns the resource that is to
// have a key of its own under that key's name, and whether there is one; and whether
// another resource has the very same key.
func (l *Claims) Plan(id string, plan KeyPlan) (by Successor, wanted, twice bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	twice = l.plans[id] != Unplanned
	put(&l.plans, id, plan)
	by, wanted = l.successors[id]
	return by, wanted, twice
}

// ExpectSuccessor notes that a resource is to have a key of that name, which the key with
// that id has. It returns what is planned for that key; its resource is told, where it
// is planned later.
func (l *Claims) ExpectSuccessor(id string, by Successor) KeyPlan {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.plans[id] == Unplanned {
		put(&l.successors, id, by)
	}
	return l.plans[id]
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

// ClaimName notes that a resource is going to have a name in a scope. The owner tells
// resources apart: the id of its key, and "" for one that has none yet. It
// reports whether the name is another one's as well, where either of them is to
// get it. Of a key that keeps its name while another is created under it, the
// platform's list tells: see ExpectSuccessor.
func (l *Claims) ClaimName(scope, name, owner string, claim Claim) (taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		l.names = map[string][]claimant{}
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
		l.names[both] = append(l.names[both], claimant{owner, claim})
	} else {
		l.names[both][self].claim = max(l.names[both][self].claim, claim)
	}
	return taken
}
