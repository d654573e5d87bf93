package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// accident is what happens to the nth request of an apply.
type accident struct {
	nth int
	// method narrows the requests that count; empty for every one.
	method string
	when   sandboxtest.Moment
	// killed: Terraform and the provider die at that moment. Otherwise gone: the
	// connection is down until the apply is over. Otherwise only that one request
	// is struck, by a broken connection or by a status.
	killed, gone bool
	status       int
}

func (a *accident) String() string {
	switch {
	case a == nil:
		return "no accident"
	case a.killed:
		return fmt.Sprintf("killed when %s request %d was %s", a.method, a.nth, a.when)
	case a.gone:
		return fmt.Sprintf("connection down when %s request %d was %s", a.method, a.nth, a.when)
	default:
		return fmt.Sprintf("%s request %d was %s and got %d", a.method, a.nth, a.when, a.status)
	}
}

func (q *sequence) accident() *accident {
	if q.chance(40) {
		return nil
	}
	a := &accident{nth: 1 + q.IntN(12), when: pick(q, sandboxtest.Arrived, sandboxtest.Committed, sandboxtest.Answered)}
	if q.chance(50) { // those that change something matter most
		a.nth, a.method = 1+q.IntN(2), pick(q, http.MethodPost, http.MethodPost, http.MethodDelete, http.MethodPatch)
	}
	switch q.IntN(10) {
	case 0, 1, 2, 3, 4, 5:
		a.killed = true
	case 6, 7:
		a.gone = true
	case 8:
		a.status = pick(q, http.StatusInternalServerError, http.StatusServiceUnavailable)
	}
	return a
}

// inject puts the accident in force. It returns whether it has happened, and
// what ends it.
func (q *sequence) inject(a *accident, die func()) (struck func() bool, remove func()) {
	if a == nil {
		return func() bool { return false }, func() {}
	}
	var down *sandboxtest.Injected
	happened := make(chan struct{})
	fault := sandboxtest.Fault{Platform: q.c.platform, Method: a.method, Nth: a.nth, When: a.when, Status: a.status, Cut: a.status == 0}
	if a.killed || a.gone {
		fault.Do = func() {
			defer close(happened)
			down = q.Inject(sandboxtest.Fault{Platform: q.c.platform, Times: sandboxtest.Endless, Cut: true})
			if a.killed {
				die()
			}
		}
	}
	injected := q.Inject(fault)
	struck = func() bool {
		if injected.Struck() == 0 {
			return false
		}
		if fault.Do != nil {
			<-happened // the answer may be back before that
		}
		return true
	}
	return struck, func() {
		injected.Remove()
		if struck() && down != nil {
			down.Remove()
		}
	}
}

// run plans and, perhaps later, applies.
func (q *sequence) run() {
	how := planning{refresh: q.chance(85), replace: q.chance(3), apart: q.chance(50)}
	later := pick(q, 0, 0, 0, 0, time.Hour, 30*time.Hour)
	q.runs(how, later, q.chance(5), q.accident())
}

func (q *sequence) runs(how planning, later time.Duration, meanwhile bool, a *accident) (succeeded bool) {
	q.t.Helper()
	p := q.planned(how)
	if p.failed() {
		q.refused(p)
		return false
	}
	if later > 0 {
		q.advance(later)
	}
	if meanwhile {
		q.outside()
	}
	return q.applied(p, how, later, a)
}

func (q *sequence) planned(how planning) *proposal {
	q.t.Helper()
	p := q.plan(q.t.Context(), q.t, q.c.declaration(q.t, q.stack, q.want), how)
	refreshed := ""
	if how.refresh {
		clear(q.hurt)
	} else {
		refreshed = " without a refresh"
	}
	q.note("plan%s: %s%s", refreshed, p.action, said(p.diags))
	q.wantRules()
	return p
}

// applied carries a plan out and checks what came of it.
func (q *sequence) applied(p *proposal, how planning, later time.Duration, a *accident) (succeeded bool) {
	q.t.Helper()
	held := q.holding(q.t, q.file)
	off := q.want.enabled != nil && !*q.want.enabled
	unseen := q.hurt[held.id] // by the plan, which is carried out as it is
	if p.action == update && q.want.lifetime() > 0 && !off && !unseen {
		q.watching(&held)
	}
	q.was = q.c.rows(q.t, q.world)[held.id]
	q.was.Name = held.name
	ctx, die := context.WithCancel(q.t.Context())
	defer die()
	struck, remove := q.inject(a, die)
	q.aftermath = func() { struck() }
	diags := q.apply(ctx, q.t, p)
	remove()
	q.watching(nil)
	killed := ctx.Err() != nil
	after := q.holding(q.t, q.file)
	if after.id != "" {
		q.tokens[after.id] = after.token
	}
	q.note("apply, %s: state has %v%s", a, after.ids(), said(diags))
	q.wantRules()
	if q.stranded != "" {
		q.violated("%s", q.stranded)
	}
	if killed || failed(diags) {
		q.excused(p, how, struck(), diags)
		return false
	}
	q.holds(p, diags, how.refresh, later)
	return true
}

// wantRules fails where the provider broke a rule of Terraform's core.
func (q *sequence) wantRules() {
	q.t.Helper()
	if len(q.broken) > 0 {
		q.violated("Terraform would refuse this: %s", strings.Join(q.broken, "; "))
	}
}

// excused looks for the reason of an apply that failed.
func (q *sequence) excused(p *proposal, how planning, struck bool, diags []*tfprotov6.Diagnostic) {
	q.t.Helper()
	current := q.holding(q.t, p.prior).id
	there := current == "" || q.c.rows(q.t, q.world)[current].works()
	if !struck && how.refresh && len(q.hurt) == 0 && there {
		q.violated("an apply failed for no reason: %s", said(diags))
	}
}

// refused does what a plan that found the name taken asks for.
func (q *sequence) refused(p *proposal) {
	q.t.Helper()
	orphans := q.orphans()
	for _, d := range p.diags {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		id := keyID.FindString(d.Detail)
		i := slices.IndexFunc(orphans, func(r row) bool { return r.ID == id })
		if d.Summary != "The name is taken" || i < 0 {
			q.violated("a plan failed for no reason: %s: %s", d.Summary, d.Detail)
		}
		if orphans[i].Shape == q.c.shapeOf(q.want.shape) && orphans[i].LastUsedAt == nil {
			q.violated("a leftover is taken for somebody's: %s: %s", d.Summary, d.Detail)
		}
		q.note("as the plan says, somebody revokes %s", id)
		q.RevokeKey(q.t, id)
	}
}

// said are the summaries of diagnostics.
func said(diags []*tfprotov6.Diagnostic) string {
	var words []string
	for _, d := range diags {
		words = append(words, fmt.Sprintf("%s: %s", d.Severity, d.Summary))
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			words = append(words, d.Detail)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " [" + strings.Join(words, "; ") + "]"
}
