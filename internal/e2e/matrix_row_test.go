//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"filippo.io/age"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// row is one row of the matrix while it is played.
type row struct {
	world
	t        *testing.T
	platform matrixPlatform
	scene    scene
	crash    crash
	// identity decrypts the token, where it is encrypted.
	identity *age.X25519Identity

	// others are the keys that are not the resource's, as they were at the start.
	others []platformKey
	watch  watch
}

// start is what rows of a scene begin with: the sandbox and the state after the runs that
// lead to the wrecked one. The first row that needs it makes these runs, all others begin
// with a copy.
type start struct {
	once     sync.Once
	dir      string // the sandbox's files, and Terraform's
	ready    bool
	identity *age.X25519Identity
	others   []platformKey
}

const stateFile = "terraform.tfstate"

// make makes the runs before the wrecked one, and saves what they lead to.
func (s *start) make(r *row) {
	if r.scene.encrypted {
		identity, err := age.GenerateX25519Identity()
		if err != nil {
			r.t.Fatal(err)
		}
		s.identity = identity
	}
	r.world = newWorld(r.t)
	r.begin(s)
	r.setBehind(1000 * hour) // old enough to be orphaned, where they have a provisional name
	r.platform.bystanders(r.world, r.t, r.scene.allow)
	s.others = r.platform.keys(r.world, r.t)
	r.others = s.others
	for _, step := range r.scene.before {
		r.prepare(step)
	}
	r.watch.check(r.t, r.scene.lapses)
	r.Save(r.t, s.dir)
	if content, err := os.ReadFile(filepath.Join(r.dir, stateFile)); err == nil {
		r.writeFile(r.t, filepath.Join(s.dir, stateFile), string(content))
	}
	s.ready = true
}

// begin writes the configuration, and has the world watched.
func (r *row) begin(s *start) {
	r.identity = s.identity
	recipient := ""
	if s.identity != nil {
		recipient = s.identity.Recipient().String()
	}
	r.configure(r.t, r.platform.configuration(r.scene, recipient))
	r.Intercept(r.watched)
}

// newRow returns a row that is about to be wrecked.
func newRow(t *testing.T, p matrixPlatform, s scene, c crash, from *start) *row {
	from.once.Do(func() { from.make(&row{t: t, platform: p, scene: s, crash: c}) })
	if !from.ready {
		t.Fatal("the runs before the crash failed in another row")
	}
	r := &row{world: newWorld(t, sandboxtest.From(from.dir)), t: t, platform: p, scene: s, crash: c, others: from.others}
	r.begin(from)
	if content, err := os.ReadFile(filepath.Join(from.dir, stateFile)); err == nil {
		r.writeFile(t, filepath.Join(r.dir, stateFile), string(content))
	}
	return r
}

// play plays a row and writes down what there is to tell of it.
func play(t *testing.T, p matrixPlatform, s scene, c crash, from *start, told *result) {
	told.verdict = "FAILS"
	r := newRow(t, p, s, c, from)
	wrecked := s.wrecked
	wrecked.crash = c
	r.watch.off.Store(wrecked.destroy)
	out, err := r.run(wrecked)
	r.expectEnd(out, err)
	told.left = r.left(err)
	told.lapsed = !wrecked.destroy && r.consumerIsLost()
	if told.person = s.needsPerson(c); told.person {
		r.decided(s.after[0])
	}
	before := r.made()
	for i, step := range s.after {
		r.watch.off.Store(step.destroy || wrecked.destroy)
		r.applied(step)
		if i == 0 {
			told.next, told.live = r.changes(before), r.liveKeys()
			before = r.made()
		}
	}
	r.settled(s.after[len(s.after)-1].later())
	told.later = r.changes(before)
	r.watch.check(t, s.lapses)
	if !t.Failed() {
		told.verdict = "holds"
	}
}

// applied makes a run that is to succeed, and returns what it said.
func (r *row) applied(s step) string {
	r.t.Helper()
	out, err := r.run(s)
	if err != nil {
		r.t.Fatalf("the run after the crash failed: %v\n%s", err, out)
	}
	if r.check(s); r.t.Failed() {
		r.t.Logf("the run said:\n%s", out)
	}
	return out
}

// decided makes a run that is to be refused, as a finished key that no state has is in
// its way, and then revokes that key, as a person may who knows that nothing uses it:
// with keyward keys prune, or at the dashboard.
func (r *row) decided(s step) {
	r.t.Helper()
	key, _, err := r.held(r.platform.resource)
	if err != nil {
		r.t.Fatalf("reading the state: %v", err)
	}
	lost := slices.DeleteFunc(r.liveIDs(), func(id string) bool { return slices.Contains(key.ids(), id) })
	if len(lost) != 1 {
		r.t.Fatalf("live and in no state are %s, want one", r.labels(lost))
	}
	before := r.platform.keys(r.world, r.t)
	out, err := r.run(s)
	if err == nil {
		r.t.Fatalf("the run after the crash was not refused:\n%s", out)
	}
	for _, text := range []string{"Name conflict", lost[0], "keyward keys revoke " + lost[0], "keyward keys prune --state", "--unclaimed"} {
		wantText(r.t, out, text)
	}
	if !slices.Equal(before, r.platform.keys(r.world, r.t)) {
		r.t.Errorf("a refused run has changed something:\n%s", out)
	}
	r.RevokeKey(r.t, lost[0])
}

// prepare makes a run that leads to the wrecked one, and uses the key after it.
func (r *row) prepare(s step) {
	r.t.Helper()
	out, err := r.run(s)
	if (err == nil) != (s.struck == nil) {
		r.t.Fatalf("a run before the crash ended with %v:\n%s", err, out)
	}
	if s.struck == nil {
		r.check(s)
	}
}

// run runs terraform as the step says, and wrecks it where the step says so.
func (r *row) run(s step) (string, error) {
	r.t.Helper()
	r.setBehind(s.age)
	args := s.args(r.platform.resource + ".shop")
	if s.struck == nil {
		return r.start(r.t, args...).wait()
	}
	started := make(chan *running, 1)
	injected, lift := r.wreck(s, started)
	defer lift()
	terraform := r.start(r.t, args...)
	started <- terraform
	out, err := terraform.wait()
	if injected.Struck() == 0 {
		r.t.Fatalf("no request was struck: the run never %s a key (%v)\n%s", s.struck.request, err, out)
	}
	return out, err
}

// wreck puts the step's fault in force until lift is called.
func (r *row) wreck(s step, started <-chan *running) (injected *sandboxtest.Injected, lift func()) {
	terraform := sync.OnceValue(func() *running { return <-started })
	fault := r.platform.fault(r.world, s.struck.request)
	fault.Nth = s.struck.nth
	var off atomic.Bool
	var inForce []*sandboxtest.Injected
	if s.struck.when == sandboxtest.Answered {
		// A process that is killed after the answer must not get on with it before.
		fault.When, fault.Do = sandboxtest.Committed, func() { r.happens(s.crash.hold(terraform())) }
		inForce = append(inForce, r.Inject(fault))
	}
	fault.When, fault.Cut = s.struck.when, true
	switch s.crash {
	case loses:
		fault.Cut, fault.Status = false, http.StatusServiceUnavailable
	case throttles:
		fault.Cut, fault.Status, fault.RetryAfter, fault.Times = false, http.StatusTooManyRequests, 1, 2
	case interrupts:
		fault.Cut = false
	case comesLate:
		fault.When = sandboxtest.Late
	case killsProvider, killsAll, cuts, cutsOff:
	}
	fault.Do = func() {
		off.Store(s.crash == cutsOff)
		r.happens(s.crash.happen(terraform()))
	}
	injected = r.Inject(fault)
	nothing := r.Inject(sandboxtest.Fault{
		Selects: func(*http.Request) bool { return off.Load() }, Times: sandboxtest.Endless, Cut: true,
	})
	inForce = append(inForce, injected, nothing)
	return injected, func() {
		for _, fault := range inForce {
			fault.Remove()
		}
	}
}

func (r *row) happens(err error) {
	if err != nil {
		r.t.Errorf("%s: %v", r.crash, err)
	}
}

// expectEnd checks how the wrecked run ended: one that lost a single connection or was
// throttled puts it right by itself, and one that was interrupted sees its creation
// through.
func (r *row) expectEnd(out string, err error) {
	r.t.Helper()
	switch r.crash {
	case cuts, loses, comesLate, throttles:
		if err != nil {
			r.t.Errorf("a single lost answer, or a refusal for the rate limit, was not put right in the same run: %v\n%s", err, out)
		}
	case killsProvider, killsAll:
		if err == nil {
			r.t.Errorf("the run ended well although it was killed:\n%s", out)
		}
	case interrupts:
		if r.check(r.scene.wrecked); r.t.Failed() {
			r.t.Logf("the interrupted run ended with %v and said:\n%s", err, out)
		}
	case cutsOff: // the provider may have nothing more to ask
	}
}

// made returns the resource's own keys, everything it ever made, oldest first.
func (r *row) made() []platformKey {
	r.t.Helper()
	return slices.DeleteFunc(r.platform.keys(r.world, r.t), func(k platformKey) bool {
		return slices.ContainsFunc(r.others, func(other platformKey) bool { return other.ID == k.ID })
	})
}

// label names a key by the order in which the row made it, and says where its creation
// is not finished: k1, k2 (provisional).
func (r *row) label(id string) string {
	for i, key := range r.made() {
		switch {
		case key.ID != id:
		case provisional.Is(key.Name):
			return fmt.Sprintf("k%d (provisional)", i+1)
		default:
			return fmt.Sprintf("k%d", i+1)
		}
	}
	return "an unknown key"
}

func (r *row) labels(ids []string) string {
	var labels []string
	for _, id := range ids {
		labels = append(labels, r.label(id))
	}
	if len(labels) == 0 {
		return "none"
	}
	return strings.Join(labels, ", ")
}

// liveIDs returns which of the resource's own keys are live.
func (r *row) liveIDs() (ids []string) {
	r.t.Helper()
	for _, key := range r.made() {
		if key.Live {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// watch looks, at every change on the platform, whether who reads the state file
// at that moment gets a key that is accepted.
type watch struct {
	off   atomic.Bool // while the keys are meant to go
	mu    sync.Mutex
	lapse string // the last moment with no such key
}

func (r *row) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		next.ServeHTTP(w, q)
		if q.Method == http.MethodGet || r.watch.off.Load() {
			return
		}
		if r.consumerIsLost() {
			r.watch.mu.Lock()
			defer r.watch.mu.Unlock()
			r.watch.lapse = fmt.Sprintf("after %s %s", q.Method, q.URL.Path)
		}
	})
}

// consumerIsLost reports whether the key in the state file is not accepted.
func (r *row) consumerIsLost() bool {
	key, found, err := r.held(r.platform.resource)
	if err != nil {
		r.t.Errorf("reading the state file: %v", err)
	}
	return found && !slices.Contains(r.liveIDs(), key.ID)
}

// check fails the test where there was a lapse that is not to be forgiven.
func (w *watch) check(t *testing.T, forgiven bool) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lapse != "" && !forgiven {
		t.Errorf("the token in the state file was not accepted %s", w.lapse)
	}
}
