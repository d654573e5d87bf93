package provider_test

import (
	"net/http"
	"testing"
	"time"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// What random sequences have found, and what they find too seldom.
func TestScriptedSequences(t *testing.T) {
	crash := &accident{nth: 1, method: http.MethodPost, when: sandboxtest.Committed, killed: true}
	fresh := planning{refresh: true}
	for _, script := range []struct {
		name string
		play func(q *sequence)
	}{
		{"the change is withdrawn", func(q *sequence) { q.want.trigger-- }},
		{"the change is withdrawn, and the key renamed", func(q *sequence) { q.want.trigger--; q.want.name = "store" }},
		{"another change, and another name", func(q *sequence) { q.want.trigger++; q.want.name = "store" }},
		{"the change is withdrawn, and somebody renames the key", func(q *sequence) {
			q.want.trigger--
			q.rename(q.holding(q.t, q.file).id, "renamed")
		}},
		{"somebody revokes the key", func(q *sequence) { q.RevokeKey(q.t, q.holding(q.t, q.file).id) }},
		{"all is destroyed", func(q *sequence) { q.want.absent = true }},
		{"much later", func(q *sequence) { q.advance(800 * time.Hour) }},
	} {
		t.Run("a rotation is killed after its creation, then "+script.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, c keyCase) {
				q := newSequence(t, c, 1)
				q.runs(fresh, 0, false, nil)
				q.want.trigger++
				q.runs(fresh, 0, false, crash)
				script.play(q)
				if !q.runs(fresh, 0, false, nil) {
					q.violated("the apply fails")
				}
				for _, orphan := range q.orphans() {
					q.violated("%+v is live, and in no state", orphan)
				}
				q.settle()
			})
		})
	}
}

// What people do to the key between the plan of a change in place and its apply
// is left to the next plan.
func TestKeyChangesWhileItIsEdited(t *testing.T) {
	for name, change := range map[string]func(q *sequence, id string){
		"it is renamed":  func(q *sequence, id string) { q.rename(id, "renamed") },
		"it is disabled": func(q *sequence, id string) { q.DisableKey(q.t, id) },
		"its permissions change": func(q *sequence, id string) {
			if q.c.platform == "billium" { // Corebill's keys keep their level
				q.permit(id, "product:view")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, c keyCase) {
				q := newSequence(t, c, 1)
				fresh := planning{refresh: true}
				q.want.enabled = new(name == "it is disabled")
				q.runs(fresh, 0, false, nil)
				if name == "it is renamed" {
					q.want.enabled = new(true)
				} else {
					q.want.name = "store"
				}
				p := q.planned(fresh)
				change(q, q.holding(t, q.file).id)
				q.apply(t.Context(), t, p)
				q.wantRules()
				q.settle()
			})
		})
	}
}

// permit gives a key of Billium other permissions, as somebody does on the platform.
func (q *sequence) permit(id string, permissions ...billiumapi.Permission) {
	q.note("somebody gives %s the permissions %s", id, permissions)
	change := billiumapi.UpdateAPIKeyRequest{Permissions: &permissions}
	if _, err := q.billiumClient(q.t).UpdateAPIKey(q.t.Context(), q.Credentials.Billium.MerchantID, id, change); err != nil {
		q.t.Fatal(err)
	}
}
