package apikey

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// declared is a configuration; trigger rotates, overlap is how long the previous
// key lives on.
func declared(name, trigger, overlap string) *model {
	triggers := types.MapValueMust(types.StringType, map[string]attr.Value{"v": types.StringValue(trigger)})
	return &model{Scope: types.StringValue("scope_1"), Level: types.StringValue("read"), Attributes: Attributes{
		Name: types.StringValue(name), OnConflict: types.StringNull(), Enabled: types.BoolNull(), DeletionProtection: types.BoolNull(),
		TokenEncryption: types.ObjectNull(encryptionTypes()),
		Rotation: types.ObjectValueMust(rotationTypes(), map[string]attr.Value{
			"rotate_after": timetypes.NewGoDurationNull(), "rotate_when_changed": triggers, "overlap": goDuration(overlap),
			"quiet_period": timetypes.NewGoDurationNull(), "max_overlap": timetypes.NewGoDurationNull(),
		}),
	}}
}

func goDuration(text string) timetypes.GoDuration {
	value, _ := timetypes.NewGoDurationValueFromString(text)
	return value
}

// stage is an account, and workspaces that share a credential.
type stage struct {
	*testing.T
	account *account
	first   *workspace
}

func newStage(t *testing.T) *stage {
	t.Helper()
	a := newAccount()
	owner := a.add("the provider's key", "", "admin", "dashboard")
	return &stage{T: t, account: a, first: &workspace{account: a, credential: owner.ID}}
}

// workspace is another one with the same credential.
func (s *stage) workspace() *workspace {
	return &workspace{account: s.account, credential: s.first.credential}
}

// applied plans and applies, which must succeed.
func (s *stage) applied(w *workspace, config *model) savedPlan {
	s.Helper()
	saved := w.plan(s.Context(), config, true)
	if saved.diags.HasError() {
		s.Fatalf("plan: %v", saved.diags)
	}
	diags, err := w.apply(s.Context(), saved)
	if diags.HasError() || err != nil {
		s.Fatalf("apply: %v, %v", diags, err)
	}
	return saved
}

// empty holds that a plan has nothing to do.
func (s *stage) empty(w *workspace, config *model) {
	s.Helper()
	saved := w.plan(s.Context(), config, true)
	if saved.diags.HasError() || len(newlyRevoked(saved)) > 0 || saved.prior == nil || consistent(saved.plan, saved.prior) != nil || saved.plan.ID.IsUnknown() {
		s.Errorf("the plan is not empty: %+v, %v", saved.plan, saved.diags)
	}
}

// refused holds that a plan ends with an error that says so.
func (s *stage) refused(diags diag.Diagnostics, words ...string) {
	s.Helper()
	for _, d := range diags.Errors() {
		text := d.Summary() + ": " + d.Detail()
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			return
		}
	}
	s.Errorf("no error says %q: %v", words, diags)
}

func (s *stage) wantLive(name string, want int) []string {
	s.Helper()
	live := s.account.live(name)
	if len(live) != want {
		s.Errorf("%d keys called %q are live, want %d: %v", len(live), name, want, live)
	}
	return live
}

// wantNoOrphans holds that no live key has a provisional name.
func (s *stage) wantOrphans(want int) {
	s.Helper()
	got := 0
	for _, key := range s.account.keys {
		if provisional.Is(key.Name) && key.RevokedAt == nil {
			got++
		}
	}
	if got != want {
		s.Errorf("%d live keys have a provisional name, want %d", got, want)
	}
}

// newlyRevoked are the ids that a plan lists.
func newlyRevoked(saved savedPlan) (ids []string) {
	if saved.plan == nil {
		return nil
	}
	before := []string{}
	if saved.prior != nil {
		before = texts(saved.prior.Revokes)
	}
	for _, id := range texts(saved.plan.Revokes) {
		if !slices.Contains(before, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func texts(list types.List) (all []string) {
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok {
			all = append(all, text.ValueString())
		}
	}
	return all
}

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
			allow.OnConflict = types.StringValue(conflictAllow)
			s.applied(s.first, allow)
			if s.account.key(id).RevokedAt != nil {
				t.Error("the key is dead after an apply with on_conflict = allow")
			}
			s.empty(s.first, allow)
		})
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

// fail makes one request fail; answered tells whether it is carried out all the same.
func (s *stage) fail(method string, answered bool, err error) {
	done := false
	fault := func(got, _ string) error {
		if got != method || done {
			return nil
		}
		done = true
		return err
	}
	if s.account.before, s.account.after = fault, nil; answered {
		s.account.before, s.account.after = nil, fault
	}
}

func (s *stage) heal() { s.account.before, s.account.after = nil, nil }

func lost() error {
	return &client.Error{OutcomeUnknown: true, Err: errors.New("the connection broke")}
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

func (s *stage) killed(method string, after bool, run func()) (struck bool) {
	fault := func(got, _ string) error {
		if got == method {
			panic(kill{})
		}
		return nil
	}
	if s.account.before, s.account.after = fault, nil; after {
		s.account.before, s.account.after = nil, fault
	}
	defer func() {
		s.heal()
		if reason := recover(); reason != nil {
			if _, ok := reason.(kill); !ok {
				panic(reason)
			}
			struck = true
		}
	}()
	run()
	return false
}

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
		config.OnConflict = types.StringValue(conflictAllow)
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

// A state that was cloned: what the one rotates, the other's plan lists before it
// revokes it, and only while nothing has used it.
func TestClonedState(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "24h"))
	clone := s.workspace()
	clone.state, clone.private = new(*s.first.state), privateMap{}
	saved := s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
	s.applied(clone, declared("shop", "2", "24h"))
	if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil {
		t.Fatal(diags, err)
	}
	s.wantLive("shop", 3)
	saved = s.first.plan(t.Context(), declared("shop", "2", "24h"), true)
	if got := newlyRevoked(saved); !slices.Equal(got, []string{clone.state.ID.ValueString()}) {
		t.Errorf("the plan lists %q", got)
	}
	_ = s.account.use(clone.state.Token.ValueString(), "curl/8")
	diags, _ := s.first.apply(t.Context(), saved)
	s.refused(diags, "A key has changed since the plan", "it has been used since")
	s.empty(s.first, declared("shop", "2", "24h"))
	s.wantLive("shop", 3)
}

// The previous key goes only once the current one is known to work.
func TestPreviousKeyIsNotRevokedUnverified(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "1h"))
	s.applied(s.first, declared("shop", "2", "1h"))
	s.account.key(s.first.state.ID.ValueString()).LastUsedAt = nil
	s.account.now = s.account.now.Add(2 * time.Hour)
	saved := s.first.plan(t.Context(), declared("shop", "2", "1h"), true)
	if len(newlyRevoked(saved)) != 1 {
		t.Fatalf("the plan revokes %q", newlyRevoked(saved))
	}
	s.fail("VERIFY", false, errors.New("the token is refused"))
	diags, _ := s.first.apply(t.Context(), saved)
	s.heal()
	s.refused(diags, "the token is refused", "The previous key was not revoked")
	s.wantLive("shop", 2)
	s.applied(s.first, declared("shop", "2", "1h"))
	s.wantLive("shop", 1)
}

// The platform's clock decides, however wrong this machine's is.
func TestOverlapIsOverByThePlatformsClock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.account.slow = 1000 * time.Hour
	s.applied(s.first, declared("shop", "1", "1h"))
	s.applied(s.first, declared("shop", "2", "1h"))
	s.account.now = s.account.now.Add(2 * time.Hour)
	s.applied(s.first, declared("shop", "2", "1h"))
	s.wantLive("shop", 1)
}

// What a plan decides about another overlap does not depend on this machine's clock, or
// Terraform would find another plan as it applies.
func TestOtherOverlapIsJudgedByThePlatformsClock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "24h"))
	s.applied(s.first, declared("shop", "2", "24h"))
	s.account.now = s.account.now.Add(2 * time.Hour)
	s.account.slow = 1000 * time.Hour
	saved := s.applied(s.first, declared("shop", "2", "1h"))
	if got := newlyRevoked(saved); len(got) != 1 {
		t.Errorf("the plan lists %q", got)
	}
	s.wantLive("shop", 1)
}

// A plan that shortens the overlap, or removes rotation, says that it is what ends it;
// one that comes after the overlap says that it is over.
func TestOverlapThatAPlanEndsEarly(t *testing.T) {
	t.Parallel()
	removed := declared("shop", "2", "24h")
	removed.Rotation = types.ObjectNull(rotationTypes())
	for name, test := range map[string]struct {
		later time.Duration
		next  *model
		early bool
	}{
		"shortened":           {2 * time.Hour, declared("shop", "2", "1h"), true},
		"removed":             {2 * time.Hour, removed, true},
		"over":                {25 * time.Hour, declared("shop", "2", "24h"), false},
		"over, and shortened": {25 * time.Hour, declared("shop", "2", "1h"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.applied(s.first, declared("shop", "1", "24h"))
			s.applied(s.first, declared("shop", "2", "24h"))
			s.account.now = s.account.now.Add(test.later)
			var text string
			for _, d := range s.first.plan(t.Context(), test.next, true).diags.Warnings() {
				text += d.Summary() + ": " + d.Detail() + "\n"
			}
			if strings.Contains(text, "its overlap is not over: this plan ends it") != test.early || strings.Contains(text, "its overlap is over") == test.early {
				t.Errorf("the plan says %s", text)
			}
		})
	}
}

// A quiet period that is declared anew protects a previous key that is in use: the
// refresh, which looked with the other overlap in mind, has kept nothing of its use.
func TestOtherQuietPeriodSeesTheUse(t *testing.T) {
	t.Parallel()
	for name, disable := range map[string]bool{"in use": false, "the only one that works": true} {
		s := newStage(t)
		s.applied(s.first, declared("shop", "1", "24h"))
		token := s.first.state.Token.ValueString()
		s.applied(s.first, declared("shop", "2", "24h"))
		s.account.now = s.account.now.Add(2 * time.Hour)
		quiet := declared("shop", "2", "1h")
		quiet.Rotation = withQuiet(quiet, "30m")
		if disable {
			s.account.key(s.first.state.ID.ValueString()).Enabled = false
			s.account.now = s.account.now.Add(time.Hour)
		} else {
			_ = s.account.use(token, "curl/8")
		}
		saved := s.first.plan(t.Context(), quiet, true)
		if !saved.plan.Revokes.IsUnknown() {
			t.Errorf("%s: the plan lists %v", name, saved.plan.Revokes)
		}
		if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil {
			t.Fatal(name, diags, err)
		}
		s.wantLive("shop", 2)
	}
}

func withQuiet(m *model, quiet string) types.Object {
	block := m.Rotation.Attributes()
	block["quiet_period"] = goDuration(quiet)
	return types.ObjectValueMust(rotationTypes(), block)
}

// A current key that was disabled outside leaves its readers the previous one.
func TestPreviousKeyStaysBesideADisabledOne(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "1h"))
	s.applied(s.first, declared("shop", "2", "1h"))
	s.account.key(s.first.state.ID.ValueString()).Enabled = false
	s.account.now = s.account.now.Add(2 * time.Hour)
	s.applied(s.first, declared("shop", "2", "1h"))
	s.wantLive("shop", 2)
}

// Two rotations in one overlap: the plan lists the key that can't live on.
func TestSupersededKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "24h"))
	oldest := s.first.state.ID.ValueString()
	s.applied(s.first, declared("shop", "2", "24h"))
	saved := s.first.plan(t.Context(), declared("shop", "3", "24h"), true)
	if got := newlyRevoked(saved); !slices.Equal(got, []string{oldest}) {
		t.Errorf("the plan revokes %q, want %q", got, oldest)
	}
	s.fail("DELETE", false, errors.New("the server is down"))
	diags, _ := s.first.apply(t.Context(), saved)
	s.heal()
	s.refused(diags, "the server is down", oldest)
	if got := s.first.state.orphaned("scope_id"); len(got) != 1 || got[0].Reason != superseded {
		t.Errorf("the state has %+v", got)
	}
	s.applied(s.first, declared("shop", "3", "24h"))
	s.wantLive("shop", 2)
	s.empty(s.first, declared("shop", "3", "24h"))
}

func TestCredentialThatMayNotFinish(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.first.lacks = "api_key:edit"
	saved := s.first.plan(t.Context(), declared("shop", "1", "24h"), true)
	if saved.diags.HasError() || !slices.ContainsFunc(saved.diags, func(d diag.Diagnostic) bool { return strings.Contains(d.Detail(), "api_key:edit") }) {
		t.Errorf("the plan says %v", saved.diags)
	}
	diags, _ := s.first.apply(t.Context(), saved)
	s.refused(diags, "api_key:edit", "Nothing was created")
	if len(s.account.keys) != 1 {
		t.Error("a key was created")
	}
	s.first.lacks = "" // the credential that applies may be another
	if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil {
		t.Error(diags, err)
	}
}

func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	config.DeletionProtection = types.BoolValue(true)
	s.applied(s.first, config)
	s.refused(s.first.plan(t.Context(), nil, true).diags, "deletion_protection = false")
	config.DeletionProtection = types.BoolNull()
	s.applied(s.first, config)
	_ = s.account.use(s.account.key(s.first.state.ID.ValueString()).token, "curl/8")
	saved := s.first.plan(t.Context(), nil, true)
	if saved.diags.HasError() || len(saved.diags) != 1 || !strings.Contains(saved.diags[0].Detail(), "192.0.2.1 with \"curl/8\"") {
		t.Errorf("the plan says %v", saved.diags)
	}
	if diags, err := s.first.apply(t.Context(), saved); diags.HasError() || err != nil || s.first.state != nil {
		t.Error(diags, err, s.first.state)
	}
	s.wantLive("shop", 0)
}

// A replacement destroys the key, too: it is refused at plan or, where the plan was
// not shown the key, as that of a tainted one, at apply.
func TestDeletionProtectionAgainstReplacements(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	config.DeletionProtection = types.BoolValue(true)
	s.applied(s.first, config)
	id := s.first.state.ID.ValueString()
	s.refused(s.first.planReplaced(t.Context(), config), "is protected", id, "deletion_protection = false")
	diags, _ := s.first.apply(t.Context(), savedPlan{prior: s.first.state})
	s.refused(diags, "is protected", id, "keyward keys revoke "+id)
	s.wantLive("shop", 1)

	config.DeletionProtection = types.BoolNull()
	s.applied(s.first, config)
	if diags := s.first.planReplaced(t.Context(), config); len(diags) > 0 {
		t.Errorf("the plan of a replacement says %v", diags)
	}
}

// The plan of a replacement refuses the provider's own key, as every other plan that
// revokes it.
func TestReplacementOfTheOwnKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	config := declared("shop", "1", "24h")
	s.applied(s.first, config)
	id := s.first.state.ID.ValueString()
	s.first.credential = id
	s.refused(s.first.planReplaced(t.Context(), config), "is the provider's own key", id, "can't be replaced")
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

// An import of a key that another state has rotated finds that state's current key under
// its name: it is no orphan, unused as it may be.
func TestImportOfAPreviousKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.applied(s.first, declared("shop", "1", "24h"))
	replaced := s.first.state.ID
	s.applied(s.first, declared("shop", "2", "24h"))
	imported := &workspace{account: s.account, credential: s.first.credential, private: privateMap{}, state: &model{Scope: s.first.state.Scope}}
	imported.state.ID = replaced
	for range 2 {
		_, r := imported.process()
		if diags := imported.refresh(t.Context(), r); diags.HasError() || !imported.state.Orphaned.IsNull() {
			t.Errorf("the refresh says %v, and finds %s", diags, imported.state.Orphaned)
		}
	}
}
