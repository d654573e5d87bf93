package rotation_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// fact is a key on the model's platform.
type fact struct {
	id            int
	shape         int
	createdAt     time.Time
	lastUsedAt    *time.Time
	revoked, ours bool
}

// known is the model's state: keys by id, 0 for none.
type known struct {
	current, previous int
	triggers          map[string]string
	// leftovers are keys that are still to be revoked.
	leftovers []int
}

// policy is the model's configuration.
type policy struct {
	shape   int
	trigger int
	age     time.Duration
	overlap rotation.Overlap
}

// model is a platform, a state and a clock. What Terraform and the provider do
// between a plan and the end of its apply is done in moves, each of which may be
// the last one before a crash; what is decided, rotation decides.
type model struct {
	now    time.Time
	keys   []*fact
	state  known
	policy policy
	// steps are what has happened.
	steps []string
}

func newModel() *model {
	return &model{
		now:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		policy: policy{overlap: rotation.Overlap{For: 24 * time.Hour}},
		keys:   []*fact{{id: 1}, {id: 2, shape: 1, lastUsedAt: new(time.Unix(0, 0))}}, // somebody's, of the same name
	}
}

func (m *model) note(format string, args ...any) {
	m.steps = append(m.steps, fmt.Sprintf(format, args...))
}

// key returns a key, nil for none.
func (m *model) key(id int) *fact {
	if id == 0 {
		return nil
	}
	return m.keys[id-1]
}

func (m *model) live(id int) bool { return id != 0 && !m.key(id).revoked }

// readable are the keys that a reader of the written state can have.
func (m *model) readable() bool { return m.live(m.state.current) || m.live(m.state.previous) }

// intent is a plan, as far as it was decided.
type intent struct {
	decision  rotation.Decision
	create    bool
	lost      bool
	fate      rotation.Fate
	leftovers []int
	policy    policy
	observed  time.Time
}

// plan refreshes the state and decides.
func (m *model) plan() intent {
	p := intent{policy: m.policy, observed: m.now}
	if !m.live(m.state.previous) {
		m.state.previous = 0
	}
	p.lost = !m.live(m.state.current)
	if p.lost && m.state.previous == 0 {
		m.state = known{}
	}
	p.leftovers = m.unknown()
	if p.create = m.state.current == 0; p.create {
		return p
	}
	current, lost := m.key(m.state.current), ""
	if p.lost {
		lost = "it was revoked"
	}
	waiting := false
	if previous := m.key(m.state.previous); previous != nil {
		p.fate = m.policy.overlap.Fate(rotation.Replaced{Since: current.createdAt, LastUsedAt: previous.lastUsedAt}, m.now)
		waiting = p.fate != rotation.Over
	}
	p.decision, _ = rotation.Decide(
		rotation.Key{CreatedAt: current.createdAt, Lost: lost, Waiting: waiting},
		rotation.Age{RotateAfter: m.policy.age, Observed: m.now},
		[]rotation.Property{{Name: "shape", Old: fmt.Sprint(current.shape), New: fmt.Sprint(m.policy.shape)}},
		rotation.Triggers{Values: m.state.triggers}, rotation.Triggers{Values: m.policy.triggers()},
	)
	return p
}

func (p policy) triggers() map[string]string { return map[string]string{"v": fmt.Sprint(p.trigger)} }

// unknown are the live keys in no state that interrupted applies left behind.
func (m *model) unknown() (ids []int) {
	for _, key := range m.keys {
		if key.revoked || slices.Contains(append([]int{m.state.current, m.state.previous}, m.state.leftovers...), key.id) {
			continue
		}
		seen := rotation.Namesake{Ours: key.ours, Alike: true, LastUsedAt: key.lastUsedAt}
		if rotation.Whose(seen) == rotation.Leftover {
			ids = append(ids, key.id)
		}
	}
	return ids
}

// moves are what an apply does, one after the other; written is the state that
// it then writes.
func (m *model) moves(p intent) (moves []func(), written *known) {
	next := m.state
	next.triggers = p.policy.triggers()
	next.leftovers = nil
	pending := append(slices.Clone(m.state.leftovers), p.leftovers...)
	replaced := p.create || p.decision == rotation.Rotate
	if replaced {
		outgoing, overtaken := m.state.current, m.state.previous
		if p.lost {
			outgoing, overtaken = m.state.previous, 0
		}
		moves = append(moves, func() { next.current = m.create(p.policy.shape); next.previous = outgoing })
		if overtaken != 0 {
			pending = append(pending, overtaken)
		}
	}
	for _, id := range pending {
		moves = append(moves, func() { m.key(id).revoked = true })
	}
	over := !replaced && p.fate == rotation.Over || replaced && p.policy.overlap.None()
	if over {
		moves = append(moves, func() {
			if next.previous != 0 {
				m.key(next.previous).revoked = true
			}
			next.previous = 0
		})
	}
	return moves, &next
}

func (m *model) create(shape int) int {
	m.keys = append(m.keys, &fact{id: len(m.keys) + 1, shape: shape, createdAt: m.now, ours: true})
	return len(m.keys)
}
