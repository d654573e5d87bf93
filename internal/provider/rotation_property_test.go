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

	"github.com/keyward/terraform-provider-keyward/internal/rotation"
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
	q.noneForgotten(p, held, before)
	if held.id == "" {
		return
	}
	q.works(held, refreshed)
	age := q.passing.now().Sub(held.createdAt)
	if lost := before.previous; lost != "" && held.id == before.id && held.previous != lost && !q.hurt[lost] && age < q.want.lifetime() {
		q.violated("%s was revoked %s after it was replaced", lost, age)
	}
	if held.previous != "" && refreshed && later == 0 && q.want.quiet == 0 {
		if age >= q.want.lifetime()+time.Minute {
			q.violated("%s was replaced %s ago, and is not revoked", held.previous, age)
		}
	}
}

// noneForgotten checks that no key is left over that the resource can know of. A
// creation looks under the declared name, for what is as declared; everything
// else looks under the state's name, for what is as the state has it, too.
func (q *sequence) noneForgotten(p *proposal, held, before holding) {
	q.t.Helper()
	if p.action == nothing && held.id == "" {
		return // a creation is what will look for them
	}
	for _, orphan := range q.orphans() {
		created := p.action == create || p.action == replace
		found := !created && rotation.Named(orphan.Name, q.was.Name) && orphan.Shape == q.was.Shape
		if held.id != "" && held.id != before.id {
			found = found || rotation.Named(orphan.Name, q.want.name)
		}
		if found && !q.forsaken[orphan.ID] {
			q.violated("%+v is live, and in no state", orphan)
		}
		q.note("nobody knows of %s any more", orphan.ID)
		q.forsaken[orphan.ID] = true
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
	for id := range q.mine() {
		if !q.forsaken[id] {
			q.violated("after all was destroyed, %s is live", id)
		}
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
