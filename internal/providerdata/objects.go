package providerdata

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Object is an object of any kind but a key, as far as it is to be told from others.
type Object struct {
	ID string
	// Marks are what people tell it by, such as a name: two objects of one kind and
	// scope that share a mark pass for one.
	Marks []string
}

// Objects is what a run has shown of objects other than keys: which of them its
// states have, which ones its resources are going to create, and what there is on
// the platform. All kinds of a platform share it. Its zero value is ready.
type Objects struct {
	mu       sync.Mutex
	read     map[string]bool   // ids that a state has
	planned  map[string]bool   // ids that a state has, and that were planned with it
	replaced map[string]bool   // ids that a state has, taken for those of tainted objects
	assumed  map[string]bool   // ids that the log says are replaced
	excepted map[string]bool   // ids that are no conflict
	creates  map[string]string // by list and mark: the id that is replaced, or ""
	lists    map[string]*cached[[]Object]
	written  map[string]*Object // what the run has made of an object; nil: it is gone
	made     map[string][]string
}

func put[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// Read notes that a state has the object. It reports whether another resource, planned
// before, took the object for the one that it replaces: see Assume.
func (o *Objects) Read(id string) (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.read, id, true)
	return o.assumed[id]
}

// Plan notes that a resource that has the object was planned, to be kept or changed, or to
// be destroyed: goes. It reports whether another resource, planned before, took the object
// for the one that it replaces: see Replace and Assume. An apply plans the destruction of
// what it replaces, too, and reads nothing.
func (o *Objects) Plan(id string, goes bool) (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.planned, id, true)
	return o.replaced[id] || o.assumed[id] && (o.read[id] || !goes)
}

// InState reports whether a state has the object, as far as the run has shown.
func (o *Objects) InState(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.read[id] || o.planned[id]
}

// Replace reports whether the object is about to be replaced, as far as the run has
// shown: a state has it, and it was not planned. Terraform plans the successor of a
// tainted object so. Whatever resource is planned with the object later is told.
func (o *Objects) Replace(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.read[id] || o.planned[id] {
		return false
	}
	put(&o.replaced, id, true)
	return true
}

// Assume notes that the object is taken for the one that is replaced, as the log says: an
// apply is shown no more. Where a state turns out to have the object, its resource is
// told; Assume reports false where the run has shown that already.
func (o *Objects) Assume(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read[id] || o.planned[id] {
		return false
	}
	put(&o.assumed, id, true)
	put(&o.excepted, id, true)
	return true
}

// Except notes that the object is no conflict: it is the one that is replaced.
func (o *Objects) Except(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.excepted, id, true)
}

// Excepted reports whether the object is no conflict.
func (o *Objects) Excepted(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.excepted[id]
}

// Create notes that a resource is going to create an object with a mark. It reports
// whether another resource of the run is, too. replaces is the id of the object
// that the resource has now, "" for none.
func (o *Objects) Create(list, mark, replaces string) (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	both := list + "\x00" + mark
	other, taken := o.creates[both]
	put(&o.creates, both, replaces)
	return taken && (replaces == "" || other != replaces)
}

// List returns the objects of a list: what fetch told once in the run, and what the
// run has made of it since.
func (o *Objects) List(ctx context.Context, list string, now func() time.Time, fetch func(context.Context) ([]Object, error)) ([]Object, error) {
	o.mu.Lock()
	if o.lists[list] == nil {
		put(&o.lists, list, &cached[[]Object]{})
	}
	fetched := o.lists[list]
	o.mu.Unlock()
	all, err := fetched.get(ctx, now, fetch)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var objects []Object
	for _, object := range all {
		if _, changed := o.written[object.ID]; !changed {
			objects = append(objects, object)
		}
	}
	for _, id := range o.made[list] {
		if object := o.written[id]; object != nil {
			objects = append(objects, *object)
		}
	}
	return objects, nil
}

// Put notes that the run has created or changed an object of a list.
func (o *Objects) Put(list string, object Object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.written, object.ID, &object)
	if !slices.Contains(o.made[list], object.ID) {
		put(&o.made, list, append(o.made[list], object.ID))
	}
}

// Drop notes that the run has deleted an object.
func (o *Objects) Drop(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.written, id, nil)
}

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
