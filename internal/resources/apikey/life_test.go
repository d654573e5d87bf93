package apikey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

func TestFirstKeyTakesTwoRequests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
	s.account.rows = nil
	if diags, err := s.first.apply(t.Context(), saved); len(diags) > 0 || err != nil {
		t.Fatal(diags, err)
	}
	var methods []string
	for _, row := range s.account.rows {
		methods = append(methods, row.Method)
	}
	if want := []string{"LIST", "LIST", "POST", "PATCH"}; !slices.Equal(methods, want) && !slices.Equal(methods, want[1:]) {
		t.Errorf("got %q", methods)
	}
	s.wantLive("shop", 1)
	s.empty(s.first, declared("shop", "1", "24h"))
}

func TestRotationVerifiesNamesThenRevokes(t *testing.T) {
	t.Parallel()
	for overlap, revoked := range map[string]bool{"0s": true, "24h": false} {
		s := newStage(t)
		s.applied(s.first, declared("shop", "1", overlap))
		old := s.first.state.ID.ValueString()
		saved := s.first.plan(t.Context(), declared("shop", "2", overlap), true)
		if got := newlyRevoked(saved); revoked != slices.Equal(got, []string{old}) {
			t.Errorf("overlap %s: the plan revokes %q", overlap, got)
		}
		s.account.rows = nil
		if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil {
			t.Fatal(diags, err)
		}
		var methods []string
		for _, row := range s.account.rows {
			if row.Method != "LIST" {
				methods = append(methods, row.Method+row.UserAgent[strings.Index(row.UserAgent, " ")+1:])
			}
		}
		next := s.first.state.ID.ValueString()
		want := []string{"POSTterraform-provider-keyward/test", "GET(" + rotation.Verifies(next) + ")", "PATCH(" + rotation.Rotates(old) + ")"}
		if revoked {
			want = append(want, "DELETEterraform-provider-keyward/test")
		}
		if !slices.Equal(methods, want) {
			t.Errorf("overlap %s: got %q, want %q", overlap, methods, want)
		}
		s.empty(s.first, declared("shop", "2", overlap))
	}
}

// The keys of others that have the name, and those of another state.
func TestOtherKeysOfTheNameAreNeverTouched(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(s *stage) string{
		"another workspace's": func(s *stage) string {
			other := s.workspace()
			s.applied(other, declared("shop", "1", "24h"))
			return other.state.ID.ValueString()
		},
		"made by hand with the same credential": func(s *stage) string {
			return s.account.add("shop", "scope_1", "read", s.first.credential).ID
		},
		"forgotten by terraform state rm": func(s *stage) string {
			s.applied(s.first, declared("shop", "1", "24h"))
			id := s.first.state.ID.ValueString()
			s.first.state, s.first.private = nil, nil
			return id
		},
		"only ever answered 403": func(s *stage) string {
			key := s.account.add("shop", "scope_1", "read", s.first.credential)
			s.account.rows = append(s.account.rows, fakeRow{rotation.Row{At: s.account.now, Method: "GET", Status: 403, IP: "192.0.2.9", UserAgent: "curl/8"}, key.ID})
			return key.ID
		},
		"disabled": func(s *stage) string {
			key := s.account.add("shop", "scope_1", "read", "dashboard")
			key.Enabled = false
			return key.ID
		},
		"spelled in another way": func(s *stage) string {
			return s.account.add("shop", "scope_1", "read", "dashboard").ID
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			id := make(s)
			s.account.now = s.account.now.Add(400 * 24 * time.Hour)
			saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
			s.refused(saved.diags, "Name conflict", id, "keyward keys revoke "+id, "import {", `on_conflict = "allow"`, "--unclaimed")
			if s.account.key(id).RevokedAt != nil {
				t.Error("the key is dead")
			}
			allow := declared("shop", "1", "24h")
			allow.OnConflict = types.StringValue(object.ConflictIsAllowed)
			s.applied(s.first, allow)
			if s.account.key(id).RevokedAt != nil {
				t.Error("the key is dead after an apply with on_conflict = allow")
			}
			s.empty(s.first, allow)
		})
	}
}

// A plan that failed may have said in the log that it replaces a key. That excepts no key
// which another resource turns out to keep.
func TestNameOfAKeyThatAnEarlierPlanReplaced(t *testing.T) {
	t.Parallel()
	for _, destroyed := range []bool{false, true} {
		s := newStage(t)
		shop := declared("shop", "1", "24h")
		s.applied(s.first, shop)
		p, r := s.first.process()
		id := s.first.state.ID.ValueString()
		if err := p.Inspect(t.Context(), s.first.state.Scope, id, providerdata.Replaces(id)); err != nil {
			t.Fatal(err)
		}
		second := s.workspace().planWith(t.Context(), r, shop, nil, privateMap{})
		if second.diags.HasError() || !strings.Contains(fmt.Sprint(second.diags), "A plan of the last 24 hours said that it replaces that key") {
			t.Fatal(second.diags)
		}
		var first savedPlan
		if destroyed {
			first = s.first.planWith(t.Context(), r, nil, s.first.state, s.first.private)
			if first.diags.HasError() || strings.Contains(fmt.Sprint(first.diags), "moved") {
				t.Error(first.diags) // an apply of that replacement plans both, too
			}
			continue
		}
		first = s.first.planWith(t.Context(), r, shop, s.first.state, s.first.private)
		s.refused(first.diags, "Two resources have the same name")
	}
}

// A saved plan that names nothing touches nothing, whatever has happened since.
func TestKeyThatTurnsUpAfterThePlan(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
	other := s.workspace()
	s.applied(other, declared("shop", "1", "24h"))
	diags, _ := s.first.apply(t.Context(), saved)
	s.refused(diags, "Name conflict", other.state.ID.ValueString())
	if s.first.state != nil {
		t.Error("something was created")
	}
	s.wantLive("shop", 1)
	s.wantOrphans(0)
}

func TestWhatFailsBeforeTheNameLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method   string
		answered bool
	}{
		"the creation is refused":         {"POST", false},
		"the verification fails":          {"VERIFY", false},
		"the verification's answer fails": {"VERIFY", true},
		"the name is refused":             {"PATCH", false},
	} {
		for _, rotate := range []bool{false, true} {
			if c.method == "VERIFY" && !rotate {
				continue
			}
			s := newStage(t)
			if rotate {
				s.applied(s.first, declared("shop", "1", "24h"))
			}
			before := s.first.state
			saved := s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
			s.fail(c.method, c.answered, errors.New("the server says no"))
			diags, _ := s.first.apply(t.Context(), saved)
			s.heal()
			s.refused(diags, "the server says no")
			s.wantOrphans(0)
			if s.first.state != before && (before == nil || s.first.state.ID != before.ID) {
				t.Errorf("%s: the state is %+v", name, s.first.state)
			}
			s.applied(s.first, declared("shop", "2", "24h"))
			s.empty(s.first, declared("shop", "2", "24h"))
		}
	}
}

// A name whose answer was lost may be the key's all the same.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PATCH"} {
		for _, rotate := range []bool{false, true} {
			s := newStage(t)
			want := 1
			if rotate {
				s.applied(s.first, declared("shop", "1", "24h"))
				want = 2
			}
			saved := s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
			s.fail(method, true, lost())
			diags, err := s.first.apply(t.Context(), saved)
			s.heal()
			if diags.HasError() || err != nil {
				t.Errorf("%s: %v, %v", method, diags, err)
			}
			s.wantOrphans(0)
			s.wantLive("shop", want)
			s.empty(s.first, declared("shop", "2", "24h"))
		}
	}
}

// A key whose revocation fails, too, is reported, and revoked later.
func TestOrphanHeals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	saved := s.first.plan(t.Context(), config, true)
	down := func(method, _ string) error {
		if method == "PATCH" || method == "DELETE" {
			return errors.New("the server is down")
		}
		return nil
	}
	s.account.before = down
	diags, _ := s.first.apply(t.Context(), saved)
	s.heal()
	s.refused(diags, "could not be revoked either", "keyward keys prune")
	s.wantOrphans(1)
	// At once it is in nothing's way, and nothing may touch it.
	s.applied(s.first, config)
	s.empty(s.first, config)
	s.wantOrphans(1)
	s.account.now = s.account.now.Add(provisional.OrphanAge + time.Second)
	saved = s.first.plan(t.Context(), config, true)
	if got := newlyRevoked(saved); len(got) != 1 || s.first.state.Orphaned.IsNull() {
		t.Errorf("the plan revokes %q, the state has %v", got, s.first.state.Orphaned)
	}
	if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil {
		t.Fatal(diags, err)
	}
	s.wantOrphans(0)
	s.empty(s.first, config)
}

// What was orphaned when the plan was made may be another thing by now.
func TestEvidenceIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	s.applied(s.first, config)
	orphan := s.account.add(provisional.New("scope_1", "shop", "NONCE"), "scope_1", "read", s.first.credential)
	s.account.now = s.account.now.Add(time.Hour)
	saved := s.first.plan(t.Context(), config, true)
	if got := newlyRevoked(saved); !slices.Equal(got, []string{orphan.ID}) {
		t.Fatalf("the plan revokes %q", got)
	}
	orphan.Name = "someone finished it by hand"
	diags, _ := s.first.apply(t.Context(), saved)
	s.refused(diags, "A key has changed since the plan", orphan.ID)
	if orphan.RevokedAt != nil {
		t.Error("it was revoked all the same")
	}
	s.empty(s.first, config)
}

// Orphaned keys of other names, of other scopes, and young ones are not ours.
func TestOtherProvisionalKeysStay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	s.account.add(provisional.New("scope_1", "till", "A"), "scope_1", "read", s.first.credential)
	s.account.add(provisional.New("scope_2", "shop", "B"), "scope_2", "read", s.first.credential)
	s.account.now = s.account.now.Add(time.Hour)
	s.account.add(provisional.New("scope_1", "shop", "C"), "scope_1", "read", s.first.credential)
	s.applied(s.first, config)
	s.empty(s.first, config)
	s.wantOrphans(3)
}

// kill ends the process when a request is about to be made, or right after it.
type kill struct{}

// Wherever a rotation is killed, the next applies end with one current key, its
// previous one in its time, and no other.
func TestKilledRotations(t *testing.T) {
	t.Parallel()
	for _, overlap := range []string{"0s", "24h"} {
		for _, moment := range []struct {
			method string
			after  bool
		}{{"POST", false}, {"POST", true}, {"VERIFY", false}, {"VERIFY", true}, {"PATCH", false}, {"PATCH", true}, {"DELETE", false}, {"DELETE", true}} {
			if moment.method == "DELETE" && overlap != "0s" {
				continue
			}
			s := newStage(t)
			foreign := s.account.add("shop", "scope_2", "read", s.first.credential)
			s.applied(s.first, declared("shop", "1", overlap))
			saved := s.first.plan(t.Context(), declared("shop", "2", overlap), true)
			old := s.first.state
			if !s.killed(moment.method, moment.after, func() { _, _ = s.first.apply(t.Context(), saved) }) {
				t.Fatalf("%+v: no such request", moment)
			}
			if s.first.state != old {
				t.Fatalf("%+v: a killed apply wrote the state", moment)
			}
			for range 4 { // at once, and once the orphans are old enough
				s.applied(s.first, declared("shop", "2", overlap))
				s.account.now = s.account.now.Add(10 * time.Minute)
			}
			s.empty(s.first, declared("shop", "2", overlap))
			s.wantOrphans(0)
			want := 2
			if overlap == "0s" {
				want = 1
			}
			if live := s.wantLive("shop", want+1); t.Failed() {
				t.Fatalf("%s, %+v: %v", overlap, moment, live)
			}
			if foreign.RevokedAt != nil {
				t.Errorf("%+v: the other key is dead", moment)
			}
		}
	}
}

// That other keys may have the name does not hide what a killed rotation has left.
func TestKilledRotationBesideAllowedKeys(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	allow := func(trigger string) *model {
		config := declared("shop", trigger, "24h")
		config.OnConflict = types.StringValue(object.ConflictIsAllowed)
		return config
	}
	twin := s.account.add("shop", "scope_1", "read", s.first.credential)
	s.applied(s.first, allow("1"))
	saved := s.first.plan(t.Context(), allow("2"), true)
	s.killed("PATCH", true, func() { _, _ = s.first.apply(t.Context(), saved) })
	s.applied(s.first, allow("2"))
	s.wantLive("shop", 4)
	s.applied(s.first, allow("2"))
	s.wantLive("shop", 3)
	s.empty(s.first, allow("2"))
	if twin.RevokedAt != nil {
		t.Error("the other key is dead")
	}
}

// A first key whose state was lost can't be told from another state's: that takes a
// person. Killed before it has its name, it heals by itself.
func TestKilledCreations(t *testing.T) {
	t.Parallel()
	for _, moment := range []struct {
		method          string
		after, conflict bool
	}{{"POST", false, false}, {"POST", true, false}, {"PATCH", false, false}, {"PATCH", true, true}} {
		s := newStage(t)
		config := declared("shop", "1", "24h")
		saved := s.first.plan(t.Context(), config, true)
		if !s.killed(moment.method, moment.after, func() { _, _ = s.first.apply(t.Context(), saved) }) {
			t.Fatalf("%+v: no such request", moment)
		}
		again := s.first.plan(t.Context(), config, true)
		if moment.conflict {
			s.refused(again.diags, "Name conflict", "keyward keys prune --state")
			continue
		}
		for range 3 {
			s.applied(s.first, config)
			s.account.now = s.account.now.Add(10 * time.Minute)
		}
		s.empty(s.first, config)
		s.wantOrphans(0)
		s.wantLive("shop", 1)
	}
}

// A new key of an interrupted rotation that has been used since is a conflict.
func TestInterruptedRotationWhoseKeyIsInUse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "24h"))
	saved := s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
	s.killed("PATCH", true, func() { _, _ = s.first.apply(t.Context(), saved) })
	var made *fakeKey
	for _, key := range s.account.keys {
		if key.Name == "shop" {
			made = key
		}
	}
	_ = s.account.use(made.token, "curl/8")
	again := s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
	s.refused(again.diags, "Name conflict", made.ID, "curl/8")
	if made.RevokedAt != nil {
		t.Error("it was revoked")
	}
}

// An interrupted run sees a creation through once its key is there.
func TestInterruptedCreation(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PATCH"} {
		s := newStage(t)
		saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
		ctx, cancel := context.WithCancel(t.Context())
		s.account.after = func(got, _ string) error {
			if got == method {
				cancel()
			}
			return nil
		}
		diags, err := s.first.apply(ctx, saved)
		s.heal()
		cancel()
		if diags.HasError() || err != nil || s.first.state == nil {
			t.Errorf("after %s: %v, %v", method, diags, err)
		}
		s.empty(s.first, declared("shop", "1", "24h"))
	}
}

// A proxy that answers with another key's id: both ids are named, and the key that
// was created is gone again.
func TestAnswerAboutAnotherKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
	s.account.mislead = "key_404"
	diags, _ := s.first.apply(t.Context(), saved)
	s.refused(diags, "key_404", "key_2")
	s.wantOrphans(0)
	if s.first.state != nil {
		t.Error("the state has a key")
	}
}
