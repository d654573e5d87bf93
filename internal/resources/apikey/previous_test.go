package apikey

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
