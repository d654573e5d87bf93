package apikey

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
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
