package configured

import "sync"

// movers are the keys of companies that a plan destroys, as far as they are not
// destroyed themselves. Resources are planned in any order, so that the later one is
// told.
type movers struct {
	mu        sync.Mutex
	destroyed map[string]bool
	keys      map[string][]string
}

// KeyInCompany notes that a resource which goes on has a live key in a company that it is
// about to replace with one elsewhere. It reports whether the plan
// destroys that company.
func (c *Corebill) KeyInCompany(companyID, key string) (destroyed bool) {
	m := &c.movers
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys == nil {
		m.keys = map[string][]string{}
	}
	m.keys[companyID] = append(m.keys[companyID], key)
	return m.destroyed[companyID]
}

// DestroyCompany notes that the plan destroys a company. It returns the keys in it of
// resources that go on, as far as they are planned.
func (c *Corebill) DestroyCompany(companyID string) (keys []string) {
	m := &c.movers
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.destroyed == nil {
		m.destroyed = map[string]bool{}
	}
	m.destroyed[companyID] = true
	return m.keys[companyID]
}
