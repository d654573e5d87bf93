//go:build unix

package e2e_test

import "github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"

func createScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: hour}
	destroy := step{destroy: true, generation: "1", overlap: "24h", age: hour}
	interrupted := create.at(creates, sandboxtest.Committed)
	interrupted.crash = killsProvider
	creating := func(moment string, wrecked step) scene {
		return scene{life: firstCreate, moment: moment, wrecked: wrecked, after: []step{create}}
	}
	leftover := func(moment string, wrecked step) scene {
		return scene{life: firstCreate, moment: moment, before: []step{interrupted}, wrecked: wrecked, after: []step{create}}
	}
	end := func(moment string, wrecked step, after ...step) scene {
		return scene{life: firstCreate, moment: moment, before: []step{create}, wrecked: wrecked, after: after}
	}
	answered := creating("after the answer, before state was written", create.at(creates, sandboxtest.Answered))
	answered.skip = noCuts
	return []scene{
		creating("before the request", create.at(creates, sandboxtest.Arrived)),
		creating("after the server committed, before the answer", create.at(creates, sandboxtest.Committed)),
		answered,
		{life: firstCreate, moment: "after state, before the proof", skip: map[crash]string{"": "no key goes for a first key, so it is not proved"}},
		leftover("after the server committed, and again in the next run", create.at(creates, sandboxtest.Committed)),
		leftover("before the revocation, of what an earlier crash left", create.at(revokes, sandboxtest.Arrived)),
		leftover("after that revocation committed, before its answer", create.at(revokes, sandboxtest.Committed)),
		{life: firstCreate, moment: "while the overlap is pending", skip: map[crash]string{"": "a first key replaces none"}},
		end("during destroy, before the revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, create),
		end("during destroy, after the revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, create),
		end("during destroy, then applied instead", destroy.at(revokes, sandboxtest.Committed), create, destroy),
	}
}

func overlapScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	rotate := step{generation: "2", overlap: "24h", age: hour}
	rotated := step{generation: "2", overlap: "24h", age: 25 * hour} // whose overlap is over
	withdrawn := step{generation: "1", overlap: "24h", age: hour / 2}
	again := step{generation: "3", overlap: "24h", age: hour / 2}
	end := step{generation: "2", overlap: alreadyOver, age: hour / 2}
	destroy := step{destroy: true, generation: "2", overlap: "24h", age: hour}
	rotating := func(moment string, wrecked step) scene {
		return scene{life: rotation24h, moment: moment, before: []step{create}, wrecked: wrecked, after: []step{rotate, end}}
	}
	interrupted := rotate.at(creates, sandboxtest.Committed)
	interrupted.crash = killsProvider
	leftover := func(moment string, wrecked step) scene {
		return scene{life: rotation24h, moment: moment, before: []step{create, interrupted}, wrecked: wrecked, after: []step{rotate, end}}
	}
	due := func(moment string, wrecked step) scene {
		return scene{life: rotation24h, moment: moment, before: []step{create, rotated}, wrecked: wrecked, after: []step{rotate}}
	}
	pending := func(moment string, wrecked step, after ...step) scene {
		return scene{life: rotation24h, moment: moment, before: []step{create, rotate}, wrecked: wrecked, after: after}
	}
	lastly := again
	lastly.overlap = alreadyOver
	answered := rotating("after the answer, before state was written", rotate.at(creates, sandboxtest.Answered))
	answered.skip = noCuts
	return []scene{
		rotating("before the request", rotate.at(creates, sandboxtest.Arrived)),
		rotating("after the server committed, before the answer", rotate.at(creates, sandboxtest.Committed)),
		answered,
		rotating("after state, before the proof", rotate.at(proves, sandboxtest.Arrived)),
		rotating("after the proof, before its answer", rotate.at(proves, sandboxtest.Committed)),
		leftover("after the server committed, and again in the next run", rotate.at(creates, sandboxtest.Committed)),
		leftover("before the revocation, of what an earlier crash left", rotate.at(revokes, sandboxtest.Arrived)),
		leftover("after that revocation committed, before its answer", rotate.at(revokes, sandboxtest.Committed)),
		{
			life: rotation24h, moment: "after the server committed; then the change is withdrawn",
			before: []step{create}, wrecked: rotate.at(creates, sandboxtest.Committed), after: []step{withdrawn},
		},
		{
			life: rotation24h, moment: "after the server committed; then everything is destroyed",
			before: []step{create}, wrecked: rotate.at(creates, sandboxtest.Committed), after: []step{destroy, rotate},
		},
		due("before the revocation", rotate.at(revokes, sandboxtest.Arrived)),
		due("after the revocation committed, before its answer", rotate.at(revokes, sandboxtest.Committed)),
		pending("while the overlap is pending", rotate.at(reads, sandboxtest.Arrived), rotate, end),
		pending("while the overlap is pending, in a second rotation before its request", again.at(creates, sandboxtest.Arrived), again, lastly),
		pending("while the overlap is pending, in a second rotation after the server committed", again.at(creates, sandboxtest.Committed), again, lastly),
		pending("during destroy, before the first revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, rotate),
		pending("during destroy, after the first revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, rotate),
		pending("during destroy, after the last revocation committed", destroy.atNth(2, revokes, sandboxtest.Committed), destroy, rotate),
		pending("during destroy, then applied instead", destroy.at(revokes, sandboxtest.Committed), rotate, end),
	}
}

func noOverlapScenes() []scene {
	create := step{generation: "1", overlap: "0s", age: 100 * hour}
	rotate := step{generation: "2", overlap: "0s", age: hour}
	destroy := step{destroy: true, generation: "2", overlap: "0s", age: hour}
	rotating := func(moment string, wrecked step) scene {
		return scene{life: rotation0s, moment: moment, lapses: true, before: []step{create}, wrecked: wrecked, after: []step{rotate}}
	}
	end := func(moment string, wrecked step, after ...step) scene {
		return scene{life: rotation0s, moment: moment, lapses: true, before: []step{create, rotate}, wrecked: wrecked, after: after}
	}
	answered := rotating("after the answer, before state was written", rotate.at(creates, sandboxtest.Answered))
	answered.skip = noCuts
	return []scene{
		rotating("before the request", rotate.at(creates, sandboxtest.Arrived)),
		rotating("after the server committed, before the answer", rotate.at(creates, sandboxtest.Committed)),
		answered,
		rotating("after state, before the proof", rotate.at(proves, sandboxtest.Arrived)),
		rotating("after the proof, before its answer", rotate.at(proves, sandboxtest.Committed)),
		rotating("before the revocation", rotate.at(revokes, sandboxtest.Arrived)),
		rotating("after the revocation committed, before its answer", rotate.at(revokes, sandboxtest.Committed)),
		{life: rotation0s, moment: "while the overlap is pending", skip: map[crash]string{"": "there is no overlap"}},
		end("during destroy, before the revocation", destroy.at(revokes, sandboxtest.Arrived), destroy, rotate),
		end("during destroy, after the revocation committed", destroy.at(revokes, sandboxtest.Committed), destroy, rotate),
	}
}

func replacementScenes() []scene {
	create := step{generation: "1", overlap: "24h", age: 100 * hour}
	apply := step{generation: "1", overlap: "24h", age: hour}
	replace := step{replace: true, generation: "1", overlap: "24h", age: hour}
	first := func(moment string, wrecked, after step) scene {
		return scene{life: replacement, moment: moment, lapses: true, before: []step{create}, wrecked: wrecked, after: []step{after}}
	}
	last := func(moment string, wrecked, after step) scene {
		return scene{
			life: replacementCB, moment: moment, lifecycle: "create_before_destroy = true",
			before: []step{create}, wrecked: wrecked, after: []step{after},
		}
	}
	withdrawn := last("after the server committed; then applied without a replacement", replace.at(creates, sandboxtest.Committed), apply)
	withdrawn.skip = map[crash]string{"": "nothing tells the new key from one of another configuration, so it stays until the next creation or rotation under the name, or `keyward keys reap`"}
	return []scene{
		first("after the revocation committed, before its answer", replace.at(revokes, sandboxtest.Committed), apply),
		first("before the request", replace.at(creates, sandboxtest.Arrived), apply),
		first("after the server committed, before the answer", replace.at(creates, sandboxtest.Committed), apply),
		last("before the request", replace.at(creates, sandboxtest.Arrived), apply),
		last("after the server committed, before the answer", replace.at(creates, sandboxtest.Committed), replace),
		withdrawn,
		last("before the revocation", replace.at(revokes, sandboxtest.Arrived), apply),
		last("after the revocation committed, before its answer", replace.at(revokes, sandboxtest.Committed), apply),
	}
}
