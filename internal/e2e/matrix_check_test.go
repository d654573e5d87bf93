//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// check checks what holds after each run that succeeds: exactly one live key,
// and the declared previous one while its overlap lasts; its token works; every
// other key that the resource ever made is revoked; nobody else's was touched.
func (r *row) check(s step) {
	r.t.Helper()
	key, found, err := r.held(r.platform.resource)
	if err != nil {
		r.t.Fatalf("reading the state: %v", err)
	}
	if found == s.destroy {
		r.t.Errorf("the state has a key: %v, want %v", found, !s.destroy)
	}
	var want []string
	if found {
		want = key.ids()
		r.checkKey(key, s)
	}
	live := r.liveIDs()
	if !slices.Equal(slices.Sorted(slices.Values(live)), slices.Sorted(slices.Values(want))) {
		r.t.Errorf("live are %s, the state knows %s", r.labels(live), r.labels(want))
	}
	r.checkOthers()
}

// settled checks that there is nothing left to do for the next run.
func (r *row) settled(s step) {
	r.t.Helper()
	if s.destroy {
		return
	}
	s.plan = true
	if out, err := r.run(s); err != nil {
		r.t.Errorf("the next plan is not empty: %v\n%s", err, out)
	}
}

// checkKey checks the key of the state. A previous one may wait while its overlap
// lasts, or where this very run made it wait in the past, by the platform's clock.
func (r *row) checkKey(key heldKey, s step) {
	r.t.Helper()
	if status := r.platform.status(r.world, r.t, key.Token); status != http.StatusOK {
		r.t.Errorf("a request with the state's token answers %d", status)
	}
	if key.Previous == nil {
		return
	}
	if r.scene.life != rotation24h {
		r.t.Errorf("%s waits for its revocation although there is no overlap", r.label(key.Previous.ID))
	}
	if due := key.Previous.RevokeDue; s.age < 24*time.Hour && due.Before(time.Now()) {
		r.t.Errorf("%s was due for revocation at %s", r.label(key.Previous.ID), key.Previous.RevokeDue)
	}
}

// checkOthers checks that nobody else's key has changed.
func (r *row) checkOthers() {
	r.t.Helper()
	now := r.platform.keys(r.world, r.t)
	for _, before := range r.others {
		if !slices.Contains(now, before) {
			r.t.Errorf("the key %q of somebody else was touched", before.Name)
		}
	}
}

// left tells what a crash left behind.
func (r *row) left(err error) string {
	r.t.Helper()
	text := "the run succeeded; "
	if err != nil {
		text = ""
	}
	key, found, heldErr := r.held(r.platform.resource)
	switch {
	case heldErr != nil:
		r.t.Errorf("reading the state: %v", heldErr)
	case !found:
		text += "state: none"
	case key.Previous != nil:
		text += fmt.Sprintf("state: %s, previous %s", r.label(key.ID), r.label(key.Previous.ID))
	default:
		text += "state: " + r.label(key.ID)
	}
	return text + "; live: " + r.labels(r.liveIDs())
}

// changes tells which keys a run made and revoked.
func (r *row) changes(before []platformKey) string {
	r.t.Helper()
	var made, revoked []string
	for i, key := range r.made() {
		label := fmt.Sprintf("k%d", i+1)
		if i >= len(before) {
			made = append(made, label)
		}
		if !key.Live && (i >= len(before) || before[i].Live) {
			revoked = append(revoked, label)
		}
	}
	var parts []string
	if len(made) > 0 {
		parts = append(parts, "made "+strings.Join(made, ", "))
	}
	if len(revoked) > 0 {
		parts = append(parts, "revoked "+strings.Join(revoked, ", "))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "; ")
}

// liveKeys tells which keys are live, and which of them waits for its revocation.
func (r *row) liveKeys() string {
	r.t.Helper()
	text := r.labels(r.liveIDs())
	if key, found, err := r.held(r.platform.resource); err == nil && found && key.Previous != nil {
		text += fmt.Sprintf(" (%s until its overlap ends)", r.label(key.Previous.ID))
	}
	return text
}
