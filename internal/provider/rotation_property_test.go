package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// right checks, after an apply of a fresh plan that succeeded, what must then be so: the
// state's key is as declared and its token works, and the previous one lives as long as
// its overlap, and no longer.
func (q *sequence) right(p *player, before, held holding, rows map[string]row) {
	q.t.Helper()
	if held.id == "" {
		return
	}
	is := q.c.rows(q.t, q.world)[held.id]
	switch {
	case !is.Live:
		q.violated("the state's key %s is revoked", held.id)
	case is.Name != p.want.name && !strings.HasPrefix(is.Name, p.want.name+" ("):
		q.violated("%s is called %q", held.id, is.Name)
	case is.Shape != q.c.shapeOf(p.want.shape):
		q.violated("%s is %q", held.id, is.Shape)
	case p.want.enabled != nil && is.Enabled != *p.want.enabled:
		q.violated("%s is enabled: %t", held.id, is.Enabled)
	}
	age := q.passing.now().Sub(held.createdAt)
	lost := before.previous
	if lost != "" && rows[lost].Live && held.id == before.id && held.previous != lost && age < p.want.lifetime() {
		q.violated("%s was revoked %s after it was replaced", lost, age)
	}
	if held.previous != "" && is.Enabled && p.want.quiet == 0 && age >= p.want.lifetime()+time.Minute {
		q.violated("%s was replaced %s ago, and is not revoked", held.previous, age)
	}
	if !is.Enabled || q.chance(50) {
		return // the use of a token has an effect, too
	}
	if status := q.c.call(q.t, q.world, held.token); status != http.StatusOK {
		q.violated("the token of %s in the state gets %d", held.id, status)
	}
}

// settle ends the sequence for a state: without accidents, a few applies make all right,
// with nothing orphaned, and the next plan is empty. A name conflict is resolved as a
// person may.
func (q *sequence) settle(p *player) {
	q.t.Helper()
	q.note("state %d: no more accidents", p.number)
	p.want.absent = false
	how := planning{refresh: true}
	for range 12 {
		planned := q.planned(p, how)
		switch {
		case planned.failed():
			q.refused(p, planned)
		case planned.action == nothing:
			q.applied(p, planned, true, nil)
			q.settled(p)
			return
		case !q.applied(p, planned, true, nil):
			q.violated("an apply fails without an accident")
		default:
			q.advance(provisional.OrphanAge + time.Minute)
		}
		q.holds()
	}
	q.violated("state %d does not come to rest", p.number)
}

// settled checks a state that has nothing more to do.
func (q *sequence) settled(p *player) {
	q.t.Helper()
	held := p.holding(q.t, p.file.state)
	if len(held.orphaned) > 0 {
		q.violated("state %d still has %v as orphaned", p.number, held.orphaned)
	}
	scope, now := q.c.scopeID(q.world), q.passing.now()
	for id, is := range q.c.rows(q.t, q.world) {
		if !is.Live {
			continue
		}
		if provisional.OrphanOf(scope, p.want.name, is.Name, is.CreatedAt, now) {
			q.violated("%s is orphaned: %q", id, is.Name)
		}
		if from, lost := q.lost[id]; lost && is.Name == p.want.name && (from == held.id || from == held.previous) && from != "" {
			q.violated("%s is live, and an interrupted rotation of %s has made it", id, from)
		}
	}
}

// end destroys what a state has.
func (q *sequence) end(p *player) {
	q.t.Helper()
	p.want.absent = true
	ids := p.holding(q.t, p.file.state).ids()
	if !q.applied(p, q.planned(p, planning{refresh: true, apart: q.chance(50)}), true, nil) {
		q.violated("the destruction failed")
	}
	rows := q.c.rows(q.t, q.world)
	for _, id := range ids {
		if rows[id].Live {
			q.violated("after all was destroyed, %s is live", id)
		}
	}
	q.holds()
}

// scopeID is what the keys of the tests belong to.
func (c keyCase) scopeID(w *world) string {
	if c.platform == "corebill" {
		return w.Credentials.Corebill.CompanyID
	}
	return w.Credentials.Billium.MerchantID
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

// Whatever happens to two states with one credential, in whatever order: no token that
// a state or a person has stops working unless an applied plan has listed its key; the
// next applies that succeed leave one key that works in each state, and nothing
// orphaned; and an update with an overlap never leaves the readers of the state without
// a key. What random requests do to the decisions alone is the key resource's own
// property test; this one goes through the framework, the client and the sandbox.
//
// Each sequence is made from a number, its seed. KEYWARD_SEQUENCES is how many
// there are on each platform, KEYWARD_SEED the first.
func TestRandomSequences(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		first, sequences := number(t, "KEYWARD_SEED", 1), number(t, "KEYWARD_SEQUENCES", 8)
		revoked := 0
		for seed := first; seed < first+sequences; seed++ {
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				q := newSequence(t, c, seed)
				for range 30 {
					q.step()
				}
				for _, p := range q.players {
					q.settle(p)
				}
				for _, p := range q.players {
					q.end(p)
				}
				revoked += q.revoked
				t.Log(strings.Join(q.steps, "\n"))
			})
		}
		if revoked < int(sequences) {
			t.Errorf("only %d keys were revoked: that shows little", revoked)
		}
	})
}
