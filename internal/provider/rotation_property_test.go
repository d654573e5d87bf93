package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// holds checks, after an apply that succeeded, what must then be so: the state's
// key works, and no other key that the resource has made is live but the previous
// one, in its time, and what the apply said it could not revoke.
func (q *sequence) holds(p *proposal, diags []*tfprotov6.Diagnostic, refreshed bool, later time.Duration) {
	q.t.Helper()
	held, before := q.holding(q.t, q.file), q.holding(q.t, p.prior)
	for _, id := range held.leftovers {
		if !slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return strings.Contains(d.Detail, id) }) {
			q.violated("%s is left over, and nothing says so", id)
		}
	}
	if !refreshed && held.id == before.id {
		return // nobody looked for anything
	}
	for _, orphan := range q.orphans() {
		q.violated("%+v is live, and in no state", orphan)
	}
	if held.id == "" {
		return
	}
	q.works(held, refreshed)
	if held.previous != "" && refreshed && later == 0 && q.want.quiet == 0 {
		if age := q.passing.now().Sub(held.createdAt); age >= q.want.lifetime()+time.Minute {
			q.violated("%s was replaced %s ago, and is not revoked", held.previous, age)
		}
	}
}

// works checks that the key is as declared, and that its token is accepted.
func (q *sequence) works(held holding, refreshed bool) {
	q.t.Helper()
	is := q.c.rows(q.t, q.world)[held.id]
	if q.hurt[held.id] || !refreshed {
		return
	}
	enabled := q.want.enabled == nil || *q.want.enabled
	switch {
	case !is.Live:
		q.violated("the state's key %s is revoked", held.id)
	case is.Name != q.want.name && !strings.HasPrefix(is.Name, q.want.name+" (") && is.Name != "renamed":
		q.violated("%s is called %q", held.id, is.Name)
	case is.Shape != q.c.shapeOf(q.want.shape):
		q.violated("%s is %q", held.id, is.Shape)
	case q.want.enabled != nil && is.Enabled != enabled:
		q.violated("%s is enabled: %t", held.id, is.Enabled)
	}
	if !is.Enabled || q.chance(50) {
		return // the use of a token has an effect, too
	}
	if status := q.c.call(q.t, q.world, held.token); status != http.StatusOK {
		q.violated("the token of %s in the state gets %d", held.id, status)
	}
}

// settle ends the sequence: without accidents, one apply makes all right, the
// next plan is empty, and a destruction leaves nothing.
func (q *sequence) settle() {
	q.t.Helper()
	q.note("no more accidents")
	q.want.absent = false
	how := planning{refresh: true}
	done := false
	for range 8 {
		if done = q.runs(how, 0, false, nil); done {
			break
		}
		if held := q.holding(q.t, q.file); q.c.rows(q.t, q.world)[held.id].Live {
			q.note("somebody enables %s", held.id)
			q.EnableKey(q.t, held.id)
		}
	}
	if !done {
		q.violated("no apply succeeds")
	}
	if p := q.planned(how); p.action != nothing {
		q.violated("the plan after a successful apply is not empty: %s", p.action)
	}
	q.want.absent = true
	if !q.runs(planning{refresh: true, apart: q.chance(50)}, 0, false, nil) {
		q.violated("the destruction failed")
	}
	if mine := q.mine(); len(mine) > 0 {
		q.violated("after all was destroyed, these are live: %+v", mine)
	}
	q.untouched()
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

// Whatever happens in whatever order, the next apply that succeeds leaves one key
// that works, none that is forgotten, and nobody else's touched; and an update
// with an overlap never leaves the readers of the state without a key.
//
// Each sequence is made from a number, its seed. KEYWARD_SEQUENCES is how many
// there are on each platform, KEYWARD_SEED the first.
func TestRandomSequences(t *testing.T) {
	onBoth(t, func(t *testing.T, c keyCase) {
		first, sequences := number(t, "KEYWARD_SEED", 1), number(t, "KEYWARD_SEQUENCES", 12)
		for seed := first; seed < first+sequences; seed++ {
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				q := newSequence(t, c, seed)
				for range 25 {
					q.step()
				}
				q.settle()
				t.Log(strings.Join(q.steps, "\n"))
			})
		}
	})
}
