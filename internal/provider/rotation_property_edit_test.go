package provider_test

import (
	"testing"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

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
				p, fresh := q.players[0], planning{refresh: true}
				p.want.enabled = new(name == "it is disabled")
				q.applied(p, q.planned(p, fresh), true, nil)
				if name == "it is renamed" {
					p.want.enabled = new(true)
				} else {
					p.want.name = "store"
				}
				planned := q.planned(p, fresh)
				change(q, p.holding(t, p.file.state).id)
				p.apply(t.Context(), t, planned)
				q.wantRules(p)
				q.settle(p)
			})
		})
	}
}

// permit gives a key of Billium other permissions, as a person does on the platform.
func (q *sequence) permit(id string, permissions ...billiumapi.Permission) {
	q.note("a person gives %s the permissions %s", id, permissions)
	change := billiumapi.UpdateAPIKeyRequest{Permissions: &permissions}
	if _, err := q.billiumClient(q.t).UpdateAPIKey(q.t.Context(), q.Credentials.Billium.MerchantID, id, change); err != nil {
		q.t.Fatal(err)
	}
}
