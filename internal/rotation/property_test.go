package rotation_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// step is something that happens in the model. The numbers are chosen ahead, so
// that a step does the same when those before it are left out.
type step struct{ what, one, two int }

// do carries a step out and says what is wrong after it.
func (m *model) do(s step) error {
	switch s.what % 8 {
	case 0, 1, 2:
		return m.run(s)
	case 3:
		d := []time.Duration{10 * time.Minute, 2 * time.Hour, 25 * time.Hour, 50 * time.Hour, 800 * time.Hour}[s.one%5]
		m.note("%s pass", d)
		m.now = m.now.Add(d)
	case 4:
		m.policy.trigger = s.one % 3
		m.note("trigger %d", m.policy.trigger)
	case 5:
		m.configure(s)
	case 6:
		if id := []int{m.state.current, m.state.previous}[s.one%2]; id != 0 {
			m.note("somebody revokes %d", id)
			m.key(id).revoked = true
		}
	default:
		if id := []int{m.state.current, m.state.previous}[s.one%2]; id != 0 {
			m.note("a consumer uses %d", id)
			m.key(id).lastUsedAt = new(m.now)
		}
	}
	return nil
}

func (m *model) configure(s step) {
	m.policy.shape = s.two % 2
	m.policy.overlap.For = []time.Duration{0, time.Hour, 24 * time.Hour, 24 * time.Hour}[s.one%4]
	m.policy.age = []time.Duration{0, 48 * time.Hour, 720 * time.Hour}[s.one/4%3]
	m.policy.overlap.Quiet = []time.Duration{0, 0, 30 * time.Minute}[s.one/12%3]
	m.policy.overlap.Max = []time.Duration{0, 72 * time.Hour}[s.one/36%2]
	m.note("%+v", m.policy)
}

// run plans, and applies later; a crash leaves out the last moves of the apply,
// or only the writing of the state.
func (m *model) run(s step) error {
	p := m.plan()
	if s.one%5 == 0 {
		m.now = m.now.Add(30 * time.Hour)
	}
	moves, next := m.moves(p)
	done := len(moves) + 1
	if s.two%2 == 0 {
		done = s.two / 2 % (len(moves) + 1)
	}
	m.note("apply (create %t, rotate %t, lost %t, leftovers %v), %d of %d moves",
		p.create, p.decision == rotation.Rotate, p.lost, p.leftovers, done, len(moves)+1)
	was := m.state
	for _, move := range moves[:min(done, len(moves))] {
		before := m.readable()
		move()
		if !p.create && !p.policy.overlap.None() && before && !m.readable() {
			return fmt.Errorf("the readers of the state have no key: %+v", m.state)
		}
	}
	if done <= len(moves) {
		return nil
	}
	m.state = *next
	return errors.Join(m.holds(p), m.asDeclared(was, p))
}

// asDeclared says what an apply should have done otherwise.
func (m *model) asDeclared(was known, p intent) error {
	if p.create {
		return nil
	}
	kept := m.state.current == was.current
	since := p.observed.Sub(m.key(was.current).createdAt)
	switch {
	case kept && !maps.Equal(was.triggers, p.policy.triggers()):
		return errors.New("a trigger changed, and nothing was rotated")
	case kept && was.previous != 0 && m.state.previous == 0 && since < p.policy.overlap.For:
		return fmt.Errorf("the previous key was revoked %s after it was replaced", since)
	case kept && was.previous == 0 && p.policy.age > 0 && since >= p.policy.age:
		return fmt.Errorf("a key is %s old, and nothing was rotated", since)
	}
	return nil
}

// holds says what is wrong after an apply that succeeded.
func (m *model) holds(p intent) error {
	for _, key := range m.keys {
		held := slices.Contains([]int{m.state.current, m.state.previous}, key.id)
		switch {
		case !key.ours && key.revoked:
			return fmt.Errorf("%d is somebody else's and is revoked", key.id)
		case key.ours && !key.revoked && !held:
			return fmt.Errorf("%d is live and in no state: %+v", key.id, m.state)
		}
	}
	current, previous := m.key(m.state.current), m.key(m.state.previous)
	if current == nil || current.revoked || current.shape != p.policy.shape {
		return fmt.Errorf("the current key is %+v", current)
	}
	if previous == nil {
		return nil
	}
	if since := p.observed.Sub(current.createdAt); previous.revoked || since >= p.policy.overlap.For && p.policy.overlap.Quiet == 0 {
		return fmt.Errorf("the previous key is %+v, %s after it was replaced", previous, since)
	}
	return nil
}

// play plays steps until something is wrong.
func play(steps []step) (*model, int, error) {
	m := newModel()
	for i, s := range steps {
		if err := m.do(s); err != nil {
			return m, i + 1, err
		}
	}
	return m, len(steps), nil
}

// shrink leaves out steps for as long as something is wrong without them.
func shrink(steps []step) []step {
	for i := 0; i < len(steps); {
		shorter := slices.Delete(slices.Clone(steps), i, i+1)
		if _, n, err := play(shorter); err != nil {
			steps, i = shorter[:n], 0
		} else {
			i++
		}
	}
	return steps
}

// In whatever order applies, crashes, revocations by others, changes and time
// follow each other, the decisions of this package leave one key, the previous
// one in its time, no other, and nobody else's touched; and while there is an
// overlap, the readers of the state always have a key.
//
// Each sequence is made from a number, its seed. KEYWARD_SEQUENCES is how many
// hundreds there are, KEYWARD_SEED the first.
func TestRandomSequences(t *testing.T) {
	t.Parallel()
	first, hundreds := number(t, "KEYWARD_SEED", 1), number(t, "KEYWARD_SEQUENCES", 50)
	for seed := first; seed < first+100*hundreds; seed++ {
		random := rand.New(rand.NewPCG(seed, 0))
		steps := make([]step, 40)
		for i := range steps {
			steps[i] = step{random.IntN(1 << 20), random.IntN(1 << 20), random.IntN(1 << 20)}
		}
		if _, n, err := play(steps); err != nil {
			m, _, shortest := play(shrink(steps[:n]))
			t.Fatalf("seed %d: %v\nand, with fewer steps: %v\nafter:\n  %s", seed, err, shortest, strings.Join(m.steps, "\n  "))
		}
	}
}

// number reads a number from the environment.
func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	if os.Getenv(variable) == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(os.Getenv(variable), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}
