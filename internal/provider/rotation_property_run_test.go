package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// verification stands for the method of the requests that present another token than
// the provider's.
const verification = "VERIFY"

// blow is what an accident does.
type blow string

const (
	// killed: Terraform and the provider die at that moment.
	killed blow = "killed"
	// interrupted: Ctrl-C, once.
	interrupted blow = "interrupted"
	// gone: the connection is down until the apply is over.
	gone blow = "connection down"
	// cut: only that one connection breaks.
	cut blow = "connection cut"
	// throttled, broken: these requests are answered 429, or 503 although it may have been
	// carried out.
	throttled blow = "429"
	broken    blow = "503"
)

// accident is what happens to the nth request of an apply.
type accident struct {
	nth int
	// method narrows the requests that count; empty for every one.
	method string
	when   sandboxtest.Moment
	blow   blow
}

func (a *accident) String() string {
	if a == nil {
		return "no accident"
	}
	return fmt.Sprintf("%s when %s request %d was %s", a.blow, a.method, a.nth, a.when)
}

func (q *sequence) accident() *accident {
	if q.chance(35) {
		return nil
	}
	a := &accident{nth: 1 + q.IntN(12), when: pick(q, sandboxtest.Arrived, sandboxtest.Committed, sandboxtest.Answered)}
	if q.chance(60) { // those that make up a creation matter most
		a.nth = 1
		a.method = pick(q, http.MethodPost, verification, http.MethodPatch, http.MethodPatch, http.MethodDelete)
	}
	a.blow = pick(q, killed, killed, killed, interrupted, interrupted, gone, cut, throttled, broken)
	if a.blow == throttled {
		a.when = sandboxtest.Arrived
	}
	return a
}

// fault is the accident as the sandbox plays it.
func (q *sequence) fault(a *accident) sandboxtest.Fault {
	fault := sandboxtest.Fault{Platform: q.c.platform, Method: a.method, Nth: a.nth, When: a.when}
	if a.method == verification {
		own := q.c.credential(q.world)
		fault.Method, fault.Selects = "", func(r *http.Request) bool {
			return r.Header.Get("X-Api-Key") != own && r.Header.Get("Authorization") != "Bearer "+own
		}
	}
	switch a.blow {
	case throttled:
		fault.Status, fault.RetryAfter, fault.Times = http.StatusTooManyRequests, q.IntN(2), 1+q.IntN(3)
	case broken:
		fault.Status = http.StatusServiceUnavailable
	case killed, gone, cut:
		fault.Cut = true
	case interrupted:
	}
	return fault
}

// inject puts the accident in force. It returns whether it has happened, and
// what ends it.
func (q *sequence) inject(p *player, a *accident, die func()) (struck func() bool, remove func()) {
	if a == nil {
		return func() bool { return false }, func() {}
	}
	var down *sandboxtest.Injected
	happened := make(chan struct{})
	fault := q.fault(a)
	switch a.blow {
	case killed, gone:
		fault.Do = func() {
			defer close(happened)
			down = q.Inject(sandboxtest.Fault{Platform: q.c.platform, Times: sandboxtest.Endless, Cut: true})
			if a.blow == killed {
				die()
			}
		}
	case interrupted:
		fault.Do = func() {
			defer close(happened)
			if err := p.interrupt(q.t.Context()); err != nil {
				q.t.Error(err)
			}
		}
	case cut, throttled, broken:
	}
	injected := q.Inject(fault)
	q.counted()
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

// run plans and applies.
func (q *sequence) run(p *player) {
	how := planning{refresh: q.chance(85), replace: q.chance(6), apart: q.chance(50)}
	planned := q.planned(p, how)
	if planned.failed() {
		q.refused(p, planned)
		return
	}
	q.applied(p, planned, how.refresh, q.accident())
}

// save makes a plan for later.
func (q *sequence) save(p *player) {
	p.saved = q.planned(p, planning{refresh: true, replace: q.chance(10), apart: q.chance(50)})
}

// applySaved applies a saved plan, unless it is stale.
func (q *sequence) applySaved(p *player) {
	saved := p.saved
	p.saved = nil
	if saved == nil || saved.failed() || saved.serial != p.serial {
		return
	}
	q.note("state %d, the saved plan:", p.number)
	q.applied(p, saved, false, q.accident())
}

func (q *sequence) planned(p *player, how planning) *proposal {
	q.t.Helper()
	planned := p.plan(q.t.Context(), q.t, q.c.declaration(q.t, p.stack, p.want), how)
	refreshed := ""
	if !how.refresh {
		refreshed = " without a refresh"
	}
	q.note("state %d, plan%s: %s, lists %v%s", p.number, refreshed, planned.action, p.lists(q.t, planned), said(planned.diags))
	q.wantRules(p)
	return planned
}

// applied carries a plan out and checks what came of it. fresh says that the plan was
// made, with a refresh, right before.
func (q *sequence) applied(p *player, planned *proposal, fresh bool, a *accident) (succeeded bool) {
	q.t.Helper()
	before, prior := q.c.rows(q.t, q.world), p.holding(q.t, planned.prior.state)
	for _, id := range p.lists(q.t, planned) {
		q.listed[id] = true
	}
	off := p.want.enabled != nil && !*p.want.enabled
	if planned.action == update && p.want.lifetime() > 0 && !off && fresh {
		q.watching(&prior, p.want.lifetime())
	}
	ctx, die := context.WithCancel(q.t.Context())
	defer die()
	struck, remove := q.inject(p, a, die)
	p.aftermath = func() { struck() }
	diags := p.apply(ctx, q.t, planned)
	remove()
	q.calm()
	q.watching(nil, 0)
	held := p.holding(q.t, p.file.state)
	if held.token != "" {
		q.tokens[held.id] = held.token
	}
	q.note("state %d, apply, %s: has %v%s", p.number, a, held.ids(), said(diags))
	q.wantRules(p)
	if q.stranded != "" {
		q.violated("%s", q.stranded)
	}
	q.account(planned, before, prior, held)
	if ctx.Err() != nil || failed(diags) || p.stopped.Load() {
		if !struck() && fresh {
			q.violated("an apply failed for no reason: %s", said(diags))
		}
		return false
	}
	if fresh {
		q.right(p, prior, held, before)
	}
	return true
}

// account notes what an apply has made and revoked.
func (q *sequence) account(planned *proposal, before map[string]row, prior, held holding) {
	for id, is := range q.c.rows(q.t, q.world) {
		was, there := before[id]
		if there && was.Live && !is.Live {
			q.revoked++
		}
		if !there && is.Live && !provisional.Is(is.Name) && id != held.id && planned.action == update {
			q.note("%s is finished, and in no state", id)
			q.lost[id] = prior.id
		}
	}
}

// wantRules fails where the provider broke a rule of Terraform's core.
func (q *sequence) wantRules(p *player) {
	q.t.Helper()
	if len(p.broken) > 0 {
		q.violated("Terraform would refuse this: %s", strings.Join(p.broken, "; "))
	}
}

// refused does what a plan that found a name conflict asks for: a key that a state or
// a person has may stay, one that is in no state is revoked.
func (q *sequence) refused(p *player, planned *proposal) {
	q.t.Helper()
	own := p.holding(q.t, planned.prior.state)
	rows := q.c.rows(q.t, q.world)
	for _, d := range planned.diags {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		id := keyID.FindString(d.Detail)
		replaced, rotated := q.lost[id]
		_, strange := q.strange[id]
		switch {
		case !strings.HasPrefix(d.Summary, "Name conflict") || !rows[id].Live || own.id == id || own.previous == id || provisional.Is(rows[id].Name):
			q.violated("a plan failed for no reason: %s: %s", d.Summary, d.Detail)
		case rotated && own.id != "" && (replaced == own.id || replaced == own.previous):
			q.violated("the key of an interrupted rotation is no conflict: %s: %s", d.Summary, d.Detail)
		case strange || q.holder(id) != nil || q.tokens[id] != "" || q.chance(30):
			p.want.allow = true
			q.note("state %d: %s", p.number, p.want)
		default:
			q.revoke(id)
		}
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
