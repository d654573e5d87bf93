package client

import (
	"fmt"
	"hash/maphash"
	"iter"
)

// maxVainPages is how many pages in a row may bring nothing new. A few do in honest
// lists: objects that are created meanwhile move others onto the next page.
const maxVainPages = 25

// Paging watches the pages of one list, so that a circular list ends. Its
// zero value is ready. It keeps 8 bytes of each id.
type Paging struct {
	seed maphash.Seed
	seen map[uint64]struct{}
	vain int
}

// Take takes in a page: the cursor that it names for the next one, "" for none, and
// the ids of its objects. It is ErrInvalidResponse where the cursor has led here
// before, and where page after page has nothing new.
func (p *Paging) Take(next string, ids iter.Seq[string]) error {
	if p.seen == nil {
		p.seed, p.seen = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	fresh := false
	for id := range ids {
		fresh = p.add("id "+id) || fresh
	}
	p.vain++
	if fresh {
		p.vain = 0
	}
	switch {
	case next != "" && !p.add("cursor "+next):
		return fmt.Errorf("%w: the list is circular: it returns the same cursor for the next page again", ErrInvalidResponse)
	case p.vain > maxVainPages:
		return fmt.Errorf("%w: the list does not end: its last %d pages have only objects that were on earlier ones", ErrInvalidResponse, p.vain)
	}
	return nil
}

func (p *Paging) add(text string) bool {
	hash := maphash.String(p.seed, text)
	_, known := p.seen[hash]
	p.seen[hash] = struct{}{}
	return !known
}

// IDs yields the ids of objects.
func IDs[T any](id func(T) string, objects []T) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, object := range objects {
			if !yield(id(object)) {
				return
			}
		}
	}
}
