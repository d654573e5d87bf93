//go:build unix

package e2e_test

import (
	"slices"
	"syscall"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// crash is how a run is wrecked.
type crash string

const (
	killsProvider crash = "SIGKILL of the provider"
	killsAll      crash = "SIGKILL of Terraform and the provider"
	cuts          crash = "connection cut"
	cutsOff       crash = "connection cut, and none after it"
	loses         crash = "answer lost in a gateway (503)"
	comesLate     crash = "connection cut, the server commits after the next request"
	interrupts    crash = "Ctrl-C"
	throttles     crash = "429, twice"
)

var crashes = []crash{killsProvider, killsAll, cuts, cutsOff, loses, comesLate, interrupts, throttles}

// happen kills or interrupts what the crash does.
func (c crash) happen(terraform *running) error {
	switch c {
	case killsProvider:
		pid, err := terraform.provider()
		if err != nil {
			return err
		}
		return syscall.Kill(pid, syscall.SIGKILL)
	case killsAll:
		return terraform.killAll()
	case interrupts:
		return terraform.interrupt()
	case cuts, cutsOff, loses, comesLate, throttles:
	}
	return nil
}

// hold stops what is to be killed: the provider, or Terraform, which then can't
// write what the provider tells it.
func (c crash) hold(terraform *running) error {
	switch c {
	case killsProvider:
		pid, err := terraform.provider()
		if err != nil {
			return err
		}
		return stop(pid)
	case killsAll:
		return stop(terraform.pid())
	case cuts, cutsOff, loses, comesLate, interrupts, throttles:
	}
	return nil
}

// losesState reports whether the run ends without knowing, or without writing down,
// what the struck request did.
func (c crash) losesState() bool { return c == killsProvider || c == killsAll || c == cutsOff }

// strike is where a run is wrecked: at the nth request of a kind, 0 for the first.
type strike struct {
	request request
	nth     int
	when    sandboxtest.Moment
}

// step is one run of terraform.
type step struct {
	// destroy: it isn't an apply.
	destroy bool
	// replace: the run replaces the key at the user's wish.
	replace    bool
	generation string
	overlap    string
	// age of what the run makes, by the platform's clock.
	age time.Duration
	// struck is where the run is wrecked, if it is, and by what.
	struck *strike
	crash  crash
}

// args are terraform's.
func (s step) args(address string) (args []string) {
	switch {
	case s.destroy:
		args = []string{"destroy", "-auto-approve"}
	case s.replace:
		args = []string{"apply", "-auto-approve", "-replace=" + address}
	default:
		args = []string{"apply", "-auto-approve"}
	}
	return append(args, "-input=false", "-var", "generation="+s.generation, "-var", "overlap="+s.overlap)
}

// at is the step, wrecked there.
func (s step) at(what request, when sandboxtest.Moment) step {
	s.struck = &strike{request: what, when: when}
	return s
}

// atNth is at for another request than the first.
func (s step) atNth(nth int, what request, when sandboxtest.Moment) step {
	s.struck = &strike{request: what, nth: nth, when: when}
	return s
}

// killed is the step, with the provider killed there.
func (s step) killed(what request, when sandboxtest.Moment) step {
	s = s.at(what, when)
	s.crash = killsProvider
	return s
}

// aged is the step at another age.
func (s step) aged(age time.Duration) step {
	s.age = age
	return s
}

// later is the step once more, when every key that an earlier run has left with a
// provisional name is orphaned.
func (s step) later() step {
	s.replace, s.struck = false, nil
	s.age -= provisional.OrphanAge + 5*time.Minute
	return s
}

// scene is a moment in a key's life at which a run may be wrecked.
type scene struct {
	life, moment string
	// lifecycle is what the resource's lifecycle block says, if there is one.
	lifecycle string
	// allow: on_conflict is "allow", and another key has the name.
	allow bool
	// encrypted: the token is encrypted to a recipient.
	encrypted bool
	// lapses: in this life no order of things could keep the key in the state live
	// at every instant.
	lapses bool
	// unclaimed: a first key is finished, and may be in no state. Nothing tells it from
	// another state's, so that the next plan is refused, and a person decides.
	unclaimed bool
	// before leads to the run that is wrecked, after follows it: at once, unless the
	// steps say otherwise. Every scene ends with its last step once more, later.
	before  []step
	wrecked step
	after   []step
	// only are the crashes that there are rows for, nil for all.
	only []crash
	// skip tells why there is no row for a crash, or for any where it is under "".
	skip map[crash]string
}

// plays reports whether the crash can happen there at all, and has a row: a gateway
// loses only answers, only what is new can come late, and what is interrupted or
// throttled is the creation of a key.
func (s scene) plays(c crash) bool {
	struck := s.wrecked.struck
	if struck == nil || s.only != nil && !slices.Contains(s.only, c) {
		return false
	}
	creation := slices.Contains([]request{creates, verifies, names}, struck.request)
	switch c {
	case loses:
		return struck.when == sandboxtest.Committed
	case comesLate:
		return struck.when == sandboxtest.Arrived && struck.request == creates
	case interrupts:
		return struck.when == sandboxtest.Committed && creation
	case throttles:
		return struck.when == sandboxtest.Arrived && creation
	case killsProvider, killsAll, cuts, cutsOff:
	}
	return true
}

// needsPerson reports whether a person has to say what becomes of the key that the
// crash leaves.
func (s scene) needsPerson(c crash) bool { return s.unclaimed && c.losesState() }

// The lives of a key.
const (
	firstCreate   = "first create"
	rotation24h   = "rotation, overlap 24h"
	rotation0s    = "rotation, overlap 0s"
	replacement   = "replacement at the user's wish"
	replacementCB = "replacement at the user's wish, create_before_destroy"
	allowing      = `, on_conflict = "allow"`
	encrypting    = ", token_encryption"

	hour          = time.Hour
	alreadyOver   = "1m" // an overlap that is over by the time it is declared
	answerIsWhole = "the answer has arrived whole; a cut can only hit the next request, which is the next row"
)

var noCuts = map[crash]string{cuts: answerIsWhole, cutsOff: answerIsWhole}

// scenes are all there are. Ages are such that an overlap of 24 hours is over
// where a scene says so, and pending otherwise.
func scenes() []scene {
	return slices.Concat(createScenes(), overlapScenes(), noOverlapScenes(), replacementScenes(), allowScenes(), encryptionScenes())
}
