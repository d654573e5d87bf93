//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/tokencrypt"
)

// check checks what holds after each run that succeeds: the state has one key, and
// the declared previous one while its overlap lasts; its token works; every other key
// that the resource ever made is revoked, but for those that are orphaned, which the
// state lists as soon as they are old enough; no other key was touched.
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
	for _, id := range want {
		if !slices.Contains(live, id) {
			r.t.Errorf("%s is in the state, and is not live", r.label(id))
		}
	}
	for _, other := range r.made() {
		if other.Live && !slices.Contains(want, other.ID) && !r.pending(other, s) {
			r.t.Errorf("%s is live, and not in the state", r.label(other.ID))
		}
	}
	r.checkOthers()
}

// pending reports whether a key has a provisional name and is not yet orphaned; a
// destroyed resource has no state that could list it.
func (r *row) pending(key platformKey, s step) bool {
	return provisional.Is(key.Name) && (s.destroy || !provisional.Orphaned(key.Name, key.CreatedAt, time.Now().Add(-s.age)))
}

// settled makes one run more, once all that crashes have left is orphaned: it, or the
// one after it, has nothing to do, and no other key of the resource is live.
func (r *row) settled(s step) {
	r.t.Helper()
	r.watch.off.Store(s.destroy)
	const unchanged = "Resources: 0 added, 0 changed, 0 destroyed"
	out := r.applied(s)
	if s.destroy {
		return // which has no state that could list anything
	}
	if !strings.Contains(out, unchanged) {
		if out = r.applied(s); !strings.Contains(out, unchanged) {
			r.t.Errorf("there is still something to do:\n%s", out)
		}
	}
	if key, _, err := r.held(r.platform.resource); err != nil || len(key.Orphaned) > 0 {
		r.t.Errorf("the state still has orphaned keys: %+v (%v)", key.Orphaned, err)
	}
	for _, key := range r.made() {
		if key.Live && provisional.Is(key.Name) {
			r.t.Errorf("%s is still live", r.label(key.ID))
		}
	}
}

// checkKey checks the key of the state. A previous one may wait while its overlap
// lasts, by the platform's clock.
func (r *row) checkKey(key heldKey, s step) {
	r.t.Helper()
	if status := r.platform.status(r.world, r.t, r.token(key)); status != http.StatusOK {
		r.t.Errorf("a request with the state's token answers %d", status)
	}
	if key.Previous == nil {
		return
	}
	if !strings.HasPrefix(r.scene.life, rotation24h) {
		r.t.Errorf("%s waits for its revocation although there is no overlap", r.label(key.Previous.ID))
	}
	if due := key.Previous.RevokeDue; due.Before(time.Now().Add(-s.age)) {
		r.t.Errorf("%s was due for revocation at %s", r.label(key.Previous.ID), key.Previous.RevokeDue)
	}
}

// token returns the token of the state's key.
func (r *row) token(key heldKey) string {
	r.t.Helper()
	if r.identity == nil {
		return key.Token
	}
	if key.Token != "" {
		r.t.Error("the state has the token readable")
	}
	token, err := tokencrypt.Decrypt(key.TokenEncrypted, []age.Identity{r.identity})
	if err != nil {
		r.t.Error(err)
	}
	return token
}

// checkOthers checks that no key of another configuration has changed.
func (r *row) checkOthers() {
	r.t.Helper()
	now := r.platform.keys(r.world, r.t)
	for _, before := range r.others {
		if !slices.Contains(now, before) {
			r.t.Errorf("the key %q, which is not the resource's, was touched", before.Name)
		}
	}
}

// left tells what there is after a crash.
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
