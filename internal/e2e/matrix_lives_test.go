//go:build unix

package e2e_test

import (
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// strikes are the moments of a creation at which a run may be wrecked, in order. Those
// of the verification are a rotation's alone.
var strikes = []struct {
	moment  string
	request request
	when    sandboxtest.Moment
}{
	{"before the POST", creates, sandboxtest.Arrived},
	{"after the POST committed, before its answer", creates, sandboxtest.Committed},
	{"after the POST's answer", creates, sandboxtest.Answered},
	{"before the verification", verifies, sandboxtest.Arrived},
	{"after the verification, before its answer", verifies, sandboxtest.Committed},
	{"before the PATCH", names, sandboxtest.Arrived},
	{"after the PATCH committed, before its answer", names, sandboxtest.Committed},
	{"after the PATCH's answer, before the state is written", names, sandboxtest.Answered},
}

// few and some are the crashes with a row where all have theirs in a scene that is much
// the same: few what breaks a run, some what happens to a creation, too.
var (
	few  = []crash{killsProvider, cutsOff}
	some = []crash{killsProvider, cutsOff, interrupts, throttles}
)

// creationScenes are the scenes of a creation: the same scene, wrecked at each strike on
// these kinds of request.
func creationScenes(common scene, kinds ...request) (all []scene) {
	for _, strike := range strikes {
		if !slices.Contains(kinds, strike.request) {
			continue
		}
		s := common
		s.moment, s.wrecked = strike.moment, common.wrecked.at(strike.request, strike.when)
		if strike.when == sandboxtest.Answered {
			s.skip = noCuts
		}
		// From here on, the key may have its final name, and no state has it.
		s.unclaimed = common.unclaimed && strike.request == names && strike.when != sandboxtest.Arrived
		all = append(all, s)
	}
	return all
}

func createScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: hour}
	destroy := step{destroy: true, generation: "1", overlap: "24h", age: hour}
	first := creationScenes(scene{life: firstCreate, unclaimed: true, wrecked: create, after: []step{create}}, creates, names)
	earlier := create.aged(2 * hour)
	orphan := func(moment string, wrecked step) scene {
		return scene{
			life: firstCreate, moment: moment, only: few,
			before: []step{earlier.killed(creates, sandboxtest.Committed), earlier}, wrecked: wrecked, after: []step{create},
		}
	}
	end := func(moment string, wrecked step, after ...step) scene {
		return scene{life: firstCreate, moment: moment, only: few, before: []step{create}, wrecked: wrecked, after: after}
	}
	return append(first,
		scene{life: firstCreate, moment: "before the verification", skip: map[crash]string{"": "a first key replaces none, so it is not verified"}},
		scene{
			life: firstCreate, moment: "after the POST committed, and again in the next run", only: few,
			before: []step{create.killed(creates, sandboxtest.Committed)}, wrecked: create.at(creates, sandboxtest.Committed), after: []step{create},
		},
		orphan("before the revocation of an orphaned key", create.at(revokes, sandboxtest.Arrived)),
		orphan("after the revocation of an orphaned key committed, before its answer", create.at(revokes, sandboxtest.Committed)),
		scene{life: firstCreate, moment: "while the overlap is pending", skip: map[crash]string{"": "a first key replaces none"}},
		end("during destroy, before the revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, create),
		end("during destroy, after the revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, create),
		end("during destroy, then applied instead", destroy.at(revokes, sandboxtest.Committed), create, destroy),
	)
}

func overlapScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	rotate := step{generation: "2", overlap: "24h", age: hour}
	rotated := rotate.aged(25 * hour) // whose overlap is over
	again := step{generation: "3", overlap: "24h", age: hour / 2}
	end := step{generation: "2", overlap: alreadyOver, age: hour / 2}
	destroy := step{destroy: true, generation: "2", overlap: "24h", age: hour}
	rotation := scene{life: rotation24h, before: []step{create}, wrecked: rotate, after: []step{rotate, end}}
	then := func(moment string, wrecked step, after ...step) scene {
		return scene{life: rotation24h, moment: moment, only: few, before: []step{create}, wrecked: wrecked, after: after}
	}
	earlier := rotate.aged(2 * hour)
	orphan := func(moment string, left, wrecked step) scene {
		return scene{life: rotation24h, moment: moment, only: few, before: []step{create, left, earlier}, wrecked: wrecked, after: []step{rotate, end}}
	}
	unfinished := earlier.killed(creates, sandboxtest.Committed)
	unknown := earlier.killed(names, sandboxtest.Committed)
	due := func(moment string, wrecked step) scene {
		return scene{life: rotation24h, moment: moment, before: []step{create, rotated}, wrecked: wrecked, after: []step{rotate}}
	}
	pending := func(moment string, wrecked step, after ...step) scene {
		return scene{life: rotation24h, moment: moment, only: few, before: []step{create, rotate}, wrecked: wrecked, after: after}
	}
	lastly := again.aged(hour / 3)
	lastly.overlap = alreadyOver
	withdrawn := create.aged(hour)
	return append(creationScenes(rotation, creates, verifies, names),
		scene{
			life: rotation24h, moment: "after the POST committed, and again in the next run", only: few,
			before: []step{create, rotate.killed(creates, sandboxtest.Committed)}, wrecked: rotate.at(creates, sandboxtest.Committed), after: []step{rotate, end},
		},
		scene{
			life: rotation24h, moment: "after the PATCH committed, and again in the next run", only: few,
			before: []step{create, rotate.killed(names, sandboxtest.Committed)}, wrecked: rotate.at(names, sandboxtest.Committed), after: []step{rotate, end},
		},
		orphan("before the revocation of an orphaned key", unfinished, rotate.at(revokes, sandboxtest.Arrived)),
		orphan("after the revocation of an orphaned key committed, before its answer", unfinished, rotate.at(revokes, sandboxtest.Committed)),
		orphan("before the revocation of an interrupted rotation's key", unknown, rotate.at(revokes, sandboxtest.Arrived)),
		orphan("after the revocation of an interrupted rotation's key committed, before its answer", unknown, rotate.at(revokes, sandboxtest.Committed)),
		then("after the POST committed; then the change is withdrawn", rotate.at(creates, sandboxtest.Committed), withdrawn),
		then("after the PATCH committed; then the change is withdrawn", rotate.at(names, sandboxtest.Committed), withdrawn),
		then("after the POST committed; then everything is destroyed", rotate.at(creates, sandboxtest.Committed), destroy, rotate),
		then("after the PATCH committed; then everything is destroyed", rotate.at(names, sandboxtest.Committed), destroy, rotate),
		due("before the revocation", rotate.at(revokes, sandboxtest.Arrived)),
		due("after the revocation committed, before its answer", rotate.at(revokes, sandboxtest.Committed)),
		pending("while the overlap is pending", rotate.at(reads, sandboxtest.Arrived), rotate, end),
		pending("while the overlap is pending, in a second rotation before the POST", again.at(creates, sandboxtest.Arrived), again, lastly),
		pending("while the overlap is pending, in a second rotation after the POST committed", again.at(creates, sandboxtest.Committed), again, lastly),
		pending("while the overlap is pending, in a second rotation after the PATCH committed", again.at(names, sandboxtest.Committed), again, lastly),
		pending("during destroy, before the first revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, rotate),
		pending("during destroy, after the first revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, rotate),
		pending("during destroy, after the last revocation committed", destroy.atNth(2, revokes, sandboxtest.Committed), destroy, rotate),
		pending("during destroy, then applied instead", destroy.at(revokes, sandboxtest.Committed), rotate, end),
	)
}

func noOverlapScenes() []scene {
	create := step{generation: "1", overlap: "0s", age: 100 * hour}
	rotate := step{generation: "2", overlap: "0s", age: hour}
	destroy := step{destroy: true, generation: "2", overlap: "0s", age: hour}
	rotation := scene{life: rotation0s, lapses: true, before: []step{create}, wrecked: rotate, after: []step{rotate}}
	rotating := func(moment string, wrecked step) scene {
		s := rotation
		s.moment, s.wrecked = moment, wrecked
		return s
	}
	end := func(moment string, wrecked step, after ...step) scene {
		return scene{life: rotation0s, moment: moment, lapses: true, only: few, before: []step{create, rotate}, wrecked: wrecked, after: after}
	}
	interrupted := rotation
	interrupted.only = some
	return append(creationScenes(interrupted, creates, verifies, names),
		rotating("before the revocation", rotate.at(revokes, sandboxtest.Arrived)),
		rotating("after the revocation committed, before its answer", rotate.at(revokes, sandboxtest.Committed)),
		scene{life: rotation0s, moment: "while the overlap is pending", skip: map[crash]string{"": "there is no overlap"}},
		end("during destroy, before the revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, rotate),
		end("during destroy, after the revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, rotate),
	)
}

func replacementScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	apply := create.aged(hour)
	replace := step{replace: true, generation: "1", overlap: "24h", age: hour}
	first := creationScenes(scene{life: replacement, lapses: true, unclaimed: true, only: some, before: []step{create}, wrecked: replace, after: []step{apply}}, creates, names)
	last := scene{
		life: replacementCB, lifecycle: "create_before_destroy = true", unclaimed: true,
		before: []step{create}, wrecked: replace, after: []step{replace}, only: some,
	}
	then := func(moment string, wrecked step) scene {
		s := last
		s.moment, s.wrecked, s.after, s.unclaimed, s.only = moment, wrecked, []step{apply}, false, nil
		return s
	}
	withdrawn := then("after the PATCH committed; then applied without a replacement", replace.at(names, sandboxtest.Committed))
	withdrawn.skip = map[crash]string{"": "nothing tells the new key from another state's, and an apply that creates nothing finds no conflict: " +
		"the key stays until the next creation or rotation under the name, or keyward keys prune --unclaimed"}
	return slices.Concat(first,
		[]scene{{
			life: replacement, moment: "after the revocation committed, before its answer", lapses: true,
			before: []step{create}, wrecked: replace.at(revokes, sandboxtest.Committed), after: []step{apply},
		}},
		creationScenes(last, creates, names),
		[]scene{
			then("after the POST committed; then applied without a replacement", replace.at(creates, sandboxtest.Committed)),
			withdrawn,
			then("before the revocation", replace.at(revokes, sandboxtest.Arrived)),
			then("after the revocation committed, before its answer", replace.at(revokes, sandboxtest.Committed)),
		})
}

// allowScenes have an unused key of the very same name, scope, shape and credential
// beside them.
func allowScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	rotate := step{generation: "2", overlap: "24h", age: hour}
	end := step{generation: "2", overlap: alreadyOver, age: hour / 2}
	first := scene{
		life: firstCreate + allowing, moment: "after the POST committed, before its answer", allow: true, only: few,
		wrecked: create.at(creates, sandboxtest.Committed), after: []step{create},
	}
	finished := first
	finished.moment, finished.wrecked = "after the PATCH committed, before its answer", create.at(names, sandboxtest.Committed)
	finished.skip = map[crash]string{"": "with on_conflict = \"allow\" the key is no conflict: it stays until keyward keys prune --unclaimed"}
	rotation := scene{life: rotation24h + allowing, allow: true, only: few, before: []step{create}, wrecked: rotate, after: []step{rotate, end}}
	due := rotation
	due.moment, due.before, due.wrecked, due.after = "before the revocation", []step{create, rotate.aged(25 * hour)}, rotate.at(revokes, sandboxtest.Arrived), []step{rotate}
	return slices.Concat([]scene{first, finished}, creationScenes(rotation, creates, names), []scene{due})
}

// encryptionScenes have a token that the state does not have readable.
func encryptionScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	rotate := step{generation: "2", overlap: "24h", age: hour}
	end := step{generation: "2", overlap: alreadyOver, age: hour / 2}
	first := scene{life: firstCreate + encrypting, encrypted: true, unclaimed: true, only: some, wrecked: rotate, after: []step{rotate}}
	rotation := scene{life: rotation24h + encrypting, encrypted: true, only: some, before: []step{create}, wrecked: rotate, after: []step{rotate, end}}
	return append(creationScenes(first, names), creationScenes(rotation, creates, verifies, names)...)
}
