package provider_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// sequence is what happens to one key: runs of Terraform, crashes, people at the
// dashboard, time, and changes of the configuration.
type sequence struct {
	*stack
	t       *testing.T
	c       keyCase
	passing *clock
	*rand.Rand

	want declared
	// strange are the keys that the resource has not made, as they are to stay.
	strange map[string]row
	// hurt are keys that people revoked or disabled since the last refresh.
	hurt map[string]bool
	// forsaken are leftovers that the resource can't know of any more: those of a
	// name or a shape that was withdrawn before an apply succeeded.
	forsaken map[string]bool
	// was is the key in place when an apply began.
	was row
	// tokens are those that a written state had, by key.
	tokens map[string]string
	steps  []string

	watch sync.Mutex
	// held is the state that consumers read while an update runs; nil while none
	// does that must leave them a key.
	held *holding
	// stranded is set where an update left consumers without a key.
	stranded string
}

func newSequence(t *testing.T, c keyCase, seed uint64) *sequence {
	t.Helper()
	var passing clock
	w := startWorld(t, sandboxtest.WithClock(passing.now))
	w.now = passing.now
	w.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	q := &sequence{
		stack: newStack(t, w, strings.SplitN(c.address, ".", 2)[0]), t: t, c: c, passing: &passing,
		Rand: rand.New(rand.NewPCG(seed, uint64(len(c.platform)))),
		want: declared{name: "shop", block: true, overlap: 24 * time.Hour},
		hurt: map[string]bool{}, forsaken: map[string]bool{}, tokens: map[string]string{},
	}
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
		held := q.held
		q.watch.Unlock()
		if r.Method != http.MethodDelete || held == nil {
			next.ServeHTTP(w, r)
			return
		}
		served := func() bool {
			rows := q.c.rows(q.t, q.world)
			late := q.passing.now().Sub(held.createdAt) >= q.want.lifetime()
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

func (q *sequence) watching(held *holding) {
	q.watch.Lock()
	defer q.watch.Unlock()
	q.held = held
}

// chance is true that many times in a hundred.
func (q *sequence) chance(percent int) bool { return q.IntN(100) < percent }

func pick[T any](q *sequence, all ...T) T { return all[q.IntN(len(all))] }

// step does something at random.
func (q *sequence) step() {
	switch n := q.IntN(100); {
	case n < 55:
		if q.chance(60) {
			q.configure()
		}
		q.run()
	case n < 62:
		q.advance(pick(q, 10*time.Minute, 2*time.Hour, 25*time.Hour, 50*time.Hour, 800*time.Hour))
	case n < 72:
		q.outside()
	case n < 75:
		q.stranger()
	case n < 92:
		q.configure()
	default:
		q.use()
	}
	q.untouched()
}

func (q *sequence) advance(d time.Duration) {
	q.note("%s pass", d)
	q.passing.advance(d)()
}

// outside is somebody at the dashboard.
func (q *sequence) outside() {
	held := q.holding(q.t, q.file)
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
		q.note("somebody revokes %s", id)
		q.hurt[id] = true
		q.RevokeKey(q.t, id)
	case 1:
		q.note("somebody disables %s", id)
		q.hurt[id] = true
		q.DisableKey(q.t, id)
	case 2:
		q.note("somebody enables %s", id)
		q.EnableKey(q.t, id)
	case 3:
		q.rename(id, "renamed")
	default:
		q.rename(id, q.want.name+rotation.Marker)
	}
}

func (q *sequence) rename(id, name string) {
	q.note("somebody renames %s to %q", id, name)
	if q.c.platform == "corebill" {
		q.renameCorebill(q.t, q.Credentials.Corebill.CompanyID, id, name)
	} else {
		q.renameBillium(q.t, id, name)
	}
}

// stranger makes a key that has nothing to do with the resource.
func (q *sequence) stranger() {
	name := fmt.Sprintf("%s %d", q.want.name, q.IntN(1000))
	before := q.c.rows(q.t, q.world)
	credential := q.c.credential(q.world)
	if q.chance(50) {
		credential = q.c.stranger(q.t, q.world)
	}
	id, _ := q.c.make(q.t, q.world, credential, name)
	q.note("somebody makes %s, called %q", id, name)
	for other, r := range q.c.rows(q.t, q.world) {
		if _, mine := before[other]; !mine {
			q.strange[other] = r
		}
	}
}

func (q *sequence) use() {
	held := q.holding(q.t, q.file)
	id := held.id
	if held.previous != "" && q.chance(50) {
		id = held.previous
	}
	if token := q.tokens[id]; token != "" {
		q.note("a consumer uses %s", id)
		q.c.call(q.t, q.world, token)
	}
}

// untouched holds the keys of others against what they were.
func (q *sequence) untouched() {
	rows := q.c.rows(q.t, q.world)
	for id, was := range q.strange {
		is := rows[id]
		if was.LastUsedAt = is.LastUsedAt; was != is {
			q.violated("%s is somebody else's, and was changed from %+v to %+v", id, was, is)
		}
	}
}

// mine are the live keys that the resource has made.
func (q *sequence) mine() map[string]row {
	mine := q.c.rows(q.t, q.world)
	maps.DeleteFunc(mine, func(id string, r row) bool { _, strange := q.strange[id]; return strange || !r.Live })
	return mine
}

// orphans are those of them that are in no state.
func (q *sequence) orphans() []row {
	mine, held := q.mine(), q.holding(q.t, q.file).ids()
	var orphans []row
	for _, id := range slices.Sorted(maps.Keys(mine)) {
		if !slices.Contains(held, id) {
			orphans = append(orphans, mine[id])
		}
	}
	return orphans
}

var keyID = regexp.MustCompile(`key_[0-9a-z]+`)
