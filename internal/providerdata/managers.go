package providerdata

import (
	"maps"
	"sync"
)

// leaving are the team members who won't manage the team any more once what is
// planned so far is applied, by id. The lock also orders the changes themselves.
type leaving struct {
	mutex sync.Mutex
	ids   map[string]bool
}

// PlanToLeave remembers that members won't manage the team any more, unless check
// refuses. Terraform plans many at a time, and each alone may be harmless: check
// gets all who leave, these among them, and no other check runs meanwhile.
func (b *Billium) PlanToLeave(ids []string, check func(leaving map[string]bool) error) error {
	b.leaving.mutex.Lock()
	defer b.leaving.mutex.Unlock()
	all := maps.Clone(b.leaving.ids)
	if all == nil {
		all = map[string]bool{}
	}
	for _, id := range ids {
		all[id] = true
	}
	if err := check(all); err != nil {
		return err
	}
	b.leaving.ids = all
	return nil
}

// ChangeManagers makes a change of those who manage the team, one at a time: what
// it finds out about the team holds until it is done.
func (b *Billium) ChangeManagers(change func() error) error {
	b.leaving.mutex.Lock()
	defer b.leaving.mutex.Unlock()
	return change()
}
