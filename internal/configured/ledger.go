package configured

import "sync"

// Ledger is what a walk over the configuration has shown of keys and of the
// resources that have them. A provider doesn't see the states of its resources,
// but it sees each of them when Terraform refreshes and plans it. A walk's order
// is nobody's, so a key may turn out to be a resource's after another resource
// has asked about it; then the later one is told.
//
// Its zero value is ready.
type Ledger struct {
	mu       sync.Mutex
	read     map[string]bool   // ids that a resource's state has
	declared map[string]bool   // ids of resources that were planned and go on
	names    map[string]bool   // names that a resource to create has taken
	wanted   map[string]string // ids that a resource asked about, by the name that it has
	revoked  map[string]bool   // ids of keys that this walk has revoked
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
// of another resource that has taken the key for one that nobody declares, and
// whether there is one.
func (l *Ledger) Declare(id string) (name string, taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.declared == nil {
		l.declared = map[string]bool{}
	}
	l.declared[id] = true
	name, taken = l.wanted[id]
	return name, taken
}

// Want notes that a resource of that name takes the key for one that nobody
// declares. It reports whether somebody does.
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

// Take notes that a resource is to be created under a name in a scope. It
// reports whether another one is already.
func (l *Ledger) Take(scope, name string) (taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		l.names = map[string]bool{}
	}
	both := scope + "\x00" + name
	taken = l.names[both]
	l.names[both] = true
	return taken
}
