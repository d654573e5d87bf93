//go:build unix

package e2e_test

import (
	"slices"
	"syscall"
	"time"

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
)

var crashes = []crash{killsProvider, killsAll, cuts, cutsOff, loses, comesLate}

// happen kills what the crash kills.
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
	case cuts, cutsOff, loses, comesLate:
	}
	return nil
}

// hold stops whoever is to be killed: the provider, or Terraform, which then
// can't write what the provider tells it.
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
	case cuts, cutsOff, loses, comesLate:
	}
	return nil
}

// strike is where a run is wrecked: at the nth request of a kind, 0 for the first.
type strike struct {
	request request
	nth     int
	when    sandboxtest.Moment
}

// step is one run of terraform.
type step struct {
	// plan, destroy: it isn't an apply.
	plan, destroy bool
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
	case s.plan:
		args = []string{"plan", "-detailed-exitcode"}
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

// scene is a moment in a key's life at which a run may be wrecked.
type scene struct {
	life, moment string
	// lifecycle is what the resource's lifecycle block says, if there is one.
	lifecycle string
	// lapses: in this life no order of things could keep the key in the state live
	// at every instant.
	lapses bool
	// before leads to the run that is wrecked, after follows it.
	before  []step
	wrecked step
	after   []step
	// skip tells why there is no row for a crash, or for any where it is under "".
	skip map[crash]string
}

// plays reports whether the crash can happen there at all: a gateway loses only
// answers, and only what is new can come late.
func (s scene) plays(c crash) bool {
	struck := s.wrecked.struck
	switch c {
	case loses:
		return struck != nil && struck.when == sandboxtest.Committed
	case comesLate:
		return struck != nil && struck.when == sandboxtest.Arrived && struck.request == creates
	case killsProvider, killsAll, cuts, cutsOff:
	}
	return true
}

// The lives of a key.
const (
	firstCreate   = "first create"
	rotation24h   = "rotation, overlap 24h"
	rotation0s    = "rotation, overlap 0s"
	replacement   = "replacement at the user's wish"
	replacementCB = "replacement at the user's wish, create_before_destroy"

	hour          = time.Hour
	alreadyOver   = "1m" // an overlap that is over by the time it is declared
	answerIsWhole = "the answer has arrived whole; a cut can only hit the next request, which is the next row"
)

var noCuts = map[crash]string{cuts: answerIsWhole, cutsOff: answerIsWhole}

// scenes are all there are. Ages are such that an overlap of 24 hours is over
// where a scene says so, and pending otherwise.
func scenes() []scene {
	return slices.Concat(createScenes(), overlapScenes(), noOverlapScenes(), replacementScenes())
}
