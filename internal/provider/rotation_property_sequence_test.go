package provider_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// player is a state, its configuration, and a saved plan.
type player struct {
	*stack
	number int
	want   declared
	saved  *proposal
}

// sequence is what happens to two states that share a credential: runs of Terraform,
// crashes, people at the dashboard and at the states, time, and changes of the
// configurations.
type sequence struct {
	*world
	t       *testing.T
	c       keyCase
	passing *clock
	*rand.Rand

	players []*player
	// strange are the keys that neither resource has made, as they are to stay.
	strange map[string]row
	// tokens are those that a state has had, by the id of their key.
	tokens map[string]string
	// listed are the keys that an applied plan has listed for revocation, or that a
	// person has revoked.
	listed map[string]bool
	// lost are keys that an update finished and no state has, and the key that each was
	// to replace.
	lost map[string]string
	// revoked counts what applies have revoked.
	revoked int
	steps   []string

	watch sync.Mutex
	// held is the state that consumers read while an update runs; nil while none
	// does that must leave them a key. lifetime is the overlap that it has.
	held     *holding
	lifetime time.Duration
	// stranded is set where an update left consumers without a key.
	stranded string
	// serving is held by each request, and accidents counts those that had accidents: the
	// handler put last is the one that holds it.
	serving   sync.RWMutex
	accidents atomic.Int64
}

func newSequence(t *testing.T, c keyCase, seed uint64) *sequence {
	t.Helper()
	var passing clock
	w := startWorld(t, sandboxtest.WithClock(passing.now))
	// This machine's clock decides nothing. In half of the sequences the platform's is 10
	// minutes off it from the start; the clients always go by the real time, in which no
	// day ever passes.
	off := []time.Duration{0, 0, 10 * time.Minute, -10 * time.Minute}[seed%4]
	passing.advance(off)()
	w.now = func() time.Time { return passing.now().Add(-off) }
	w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	w.patience = time.Nanosecond // resources are planned one after the other: no news comes while one waits
	q := &sequence{
		world: w, t: t, c: c, passing: &passing, Rand: rand.New(rand.NewPCG(seed, uint64(len(c.platform)))),
		tokens: map[string]string{}, listed: map[string]bool{}, lost: map[string]string{},
	}
	for number := range 2 {
		q.players = append(q.players, &player{
			stack: newStack(t, w, strings.SplitN(c.address, ".", 2)[0]), number: number,
			want: declared{name: "shop", block: true, overlap: 24 * time.Hour},
		})
	}
	q.note("the platform's clock is %s ahead", off)
	q.strange = c.rows(t, w)
	w.Intercept(q.watched)
	return q
}

func (q *sequence) note(format string, args ...any) {
	q.steps = append(q.steps, fmt.Sprintf(format, args...))
}

// violated ends the sequence, and shows how it came to that.
func (q *sequence) violated(format string, args ...any) {
	q.t.Helper()
	q.t.Fatalf("%s\nafter:\n  %s", fmt.Sprintf(format, args...), strings.Join(q.steps, "\n  "))
}

// watched looks, after each revocation, whether those who read the written state
// still have a key that works, if they had one.
func (q *sequence) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q.watch.Lock()
		held, lifetime := q.held, q.lifetime
		q.watch.Unlock()
		if r.Method != http.MethodDelete || held == nil {
			next.ServeHTTP(w, r)
			return
		}
		served := func() bool {
			rows := q.c.rows(q.t, q.world)
			late := q.passing.now().Sub(held.createdAt) >= lifetime
			return rows[held.id].works() || rows[held.previous].works() && !late
		}
		before := served()
		next.ServeHTTP(w, r)
		if before && !served() {
			q.watch.Lock()
			defer q.watch.Unlock()
			q.stranded = "the revocation of " + path.Base(r.URL.Path) + " left no key that the state's readers could have"
		}
	})
}

// counted puts a handler in front of all others that holds serving.
func (q *sequence) counted() {
	mine := q.accidents.Add(1)
	q.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if mine == q.accidents.Load() {
				q.serving.RLock()
				defer q.serving.RUnlock()
			}
			next.ServeHTTP(w, r)
		})
	})
}

// calm returns once the server works on nothing more: a client that gave up does not
// wait for that.
func (q *sequence) calm() {
	q.serving.Lock()
	defer q.serving.Unlock()
}

func (q *sequence) watching(held *holding, lifetime time.Duration) {
	q.watch.Lock()
	defer q.watch.Unlock()
	q.held, q.lifetime = held, lifetime
}

// chance is true that many times in a hundred.
func (q *sequence) chance(percent int) bool { return q.IntN(100) < percent }

func pick[T any](q *sequence, all ...T) T { return all[q.IntN(len(all))] }

// step does something at random.
func (q *sequence) step() {
	p := pick(q, q.players...)
	switch n := q.IntN(100); {
	case n < 45:
		if q.chance(60) {
			q.configure(p)
		}
		q.run(p)
	case n < 52:
		q.save(p)
	case n < 60:
		q.applySaved(p)
	case n < 70:
		q.advance(pick(q, time.Minute, 10*time.Minute, 20*time.Minute, 2*time.Hour, 25*time.Hour, 800*time.Hour))
	case n < 77:
		q.outside(p)
	case n < 81:
		q.stranger(p)
	case n < 84:
		q.forget(p)
	case n < 87:
		q.clone(p)
	case n < 93:
		q.configure(p)
	default:
		q.use(p)
	}
	q.holds()
}

func (q *sequence) advance(d time.Duration) {
	q.note("%s pass", d)
	q.passing.advance(d)()
}

// outside is a person at the dashboard.
func (q *sequence) outside(p *player) {
	held := p.holding(q.t, p.file.state)
	rows := q.c.rows(q.t, q.world)
	id := held.id
	if held.previous != "" && q.chance(40) {
		id = held.previous
	}
	if !rows[id].Live {
		return
	}
	switch q.IntN(5) {
	case 0:
		q.revoke(id)
	case 1:
		q.note("a person disables %s", id)
		q.DisableKey(q.t, id)
	case 2:
		q.note("a person enables %s", id)
		q.EnableKey(q.t, id)
	case 3:
		q.rename(id, "renamed")
	default:
		q.rename(id, p.want.name+rotation.Marker)
	}
}

// revoke is a person's revocation.
func (q *sequence) revoke(id string) {
	q.note("a person revokes %s", id)
	q.listed[id] = true
	q.RevokeKey(q.t, id)
	if was, strange := q.strange[id]; strange {
		was.Live = false
		q.strange[id] = was
	}
}

func (q *sequence) rename(id, name string) {
	q.note("a person renames %s to %q", id, name)
	if q.c.platform == "corebill" {
		q.renameCorebill(q.t, q.Credentials.Corebill.CompanyID, id, name)
	} else {
		q.renameBillium(q.t, id, name)
	}
}

// stranger makes a key that is no resource's: with the provider's credential or
// another one, with a name of its own, with the very same, or as an unfinished creation
// of another configuration.
func (q *sequence) stranger(p *player) {
	name := pick(q, fmt.Sprintf("%s %d", p.want.name, q.IntN(1000)), p.want.name, provisional.New("elsewhere", p.want.name, "X"))
	before := q.c.rows(q.t, q.world)
	credential := q.c.credential(q.world)
	if q.chance(30) {
		credential = q.c.stranger(q.t, q.world)
	}
	id, _ := q.c.make(q.t, q.world, credential, name)
	q.note("a person makes %s, called %q", id, name)
	for other, r := range q.c.rows(q.t, q.world) {
		if _, there := before[other]; !there {
			q.strange[other] = r
		}
	}
}

// forget is terraform state rm.
func (q *sequence) forget(p *player) {
	held := p.holding(q.t, p.file.state)
	if held.id == "" {
		return
	}
	q.note("state %d forgets %v", p.number, held.ids())
	p.write(walk{&protocol{nil, p.schemas}, p.typeName}.none(q.t))
	p.tainted = false
}

// clone copies the other state.
func (q *sequence) clone(p *player) {
	other := q.players[1-p.number]
	held := other.holding(q.t, other.file.state)
	if held.id == "" {
		return
	}
	q.note("state %d is a copy of the other one now, with %v", p.number, held.ids())
	p.write(other.file)
	p.tainted = other.tainted
}

func (q *sequence) use(p *player) {
	held := p.holding(q.t, p.file.state)
	id := held.id
	if held.previous != "" && q.chance(50) {
		id = held.previous
	}
	if token := q.tokens[id]; token != "" {
		q.note("a program uses %s", id)
		q.c.call(q.t, q.world, token)
	}
}

// holds checks what must be so at any time: no token that a state or a person has had
// stops working, unless a plan that was applied has listed it or a person has revoked
// it, and the keys of others are as they were.
func (q *sequence) holds() {
	q.t.Helper()
	rows := q.c.rows(q.t, q.world)
	for id := range q.tokens {
		if !rows[id].Live && !q.listed[id] {
			q.violated("%s is revoked, a state has had its token, and no plan has listed it", id)
		}
	}
	for id, was := range q.strange {
		is := rows[id]
		if was.LastUsedAt = is.LastUsedAt; was != is {
			q.violated("%s is another's key, and was changed from %+v to %+v", id, was, is)
		}
	}
	for _, p := range q.players {
		held := p.holding(q.t, p.file.state)
		for _, id := range []string{held.id, held.previous} {
			if provisional.Is(rows[id].Name) {
				q.violated("state %d has %s, whose creation is not finished", p.number, id)
			}
		}
	}
}

var keyID = regexp.MustCompile(`key_[0-9a-z]+`)

// holder is the player whose state has a key, nil for none.
func (q *sequence) holder(id string) *player {
	i := slices.IndexFunc(q.players, func(p *player) bool { return slices.Contains(p.holding(q.t, p.file.state).ids(), id) })
	if i < 0 {
		return nil
	}
	return q.players[i]
}
