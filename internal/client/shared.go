package client

import (
	"sync"

	"github.com/keyward/terraform-provider-keyward/internal/client/budget"
)

// Shared is what the clients of one run have in common for each address: the pace that
// its limits allow, how long it may refuse everything, and its clock. It is safe for
// parallel use.
type Shared struct {
	mu sync.Mutex
	at map[string]*address
}

// address is what is known of an address.
type address struct {
	budget *budget.Budget
	clock  *clock
}

// NewShared returns what knows of no address yet.
func NewShared() *Shared { return &Shared{at: map[string]*address{}} }

// of returns what is known of the address of a client, whose settings hold where
// nothing is.
func (s *Shared) of(base string, config Config) *address {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.at[base]
	if known == nil {
		limits := budget.Limits{PerMinute: config.MaxRequestsPerMinute, MaxWait: config.MaxWait}
		known = &address{budget: budget.New(limits, config.Now, config.Sleep), clock: &clock{}}
		s.at[base] = known
	}
	return known
}
