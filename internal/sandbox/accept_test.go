package sandbox_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func TestAcceptInvitation(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
		s := sandboxtest.Start(t, sandboxtest.WithDatabase(database), sandboxtest.WithClock(func() time.Time { return now }))
		for _, email := range []string{"Ann@example.com", "bob@example.com"} {
			s.CallBillium(t, s.Credentials.Billium.APIKey, "POST", "/team/invitations", map[string]any{"email": email, "role": "VIEWER"}).Want(t, 201)
		}
		options := sandbox.Options{Database: database, Now: func() time.Time { return now }}
		expect := func(email, want string) {
			t.Helper()
			if joined, err := sandbox.AcceptInvitation(t.Context(), options, email); err == nil || err.Error() != want {
				t.Errorf("%s: %+v, %v, want %q", email, joined, err, want)
			}
		}
		now = now.Add(7*24*time.Hour - time.Second)
		joined, err := sandbox.AcceptInvitation(t.Context(), options, "ann@EXAMPLE.com")
		if err != nil || joined.Email != "Ann@example.com" || joined.Role != billium.Viewer {
			t.Errorf("joined %+v, %v", joined, err)
		}
		expect("ann@example.com", "ann@example.com has not been invited")
		now = now.Add(time.Second)
		expect("Bob@example.com", "the invitation of bob@example.com expired at 2026-03-08T12:00:00Z")
		s.Restart(t)
		if team := s.TeamMembers(t); len(team) != 2 || team[0].ID != joined.MemberID || !team[0].JoinedAt.Equal(now.Add(-time.Second)) {
			t.Errorf("the team is %+v", team)
		}
		left := s.Invitations(t)
		if len(left) != 1 || left[0].Email != "bob@example.com" {
			t.Fatalf("the invitations are %+v", left)
		}
		s.DeleteObject(t, left[0].ID)
		if left := s.Invitations(t); len(left) != 0 {
			t.Errorf("the invitations are %+v", left)
		}
	})
	options := sandbox.Options{Database: filepath.Join(t.TempDir(), "none", "a.db")}
	if _, err := sandbox.AcceptInvitation(t.Context(), options, "a@example.com"); err == nil {
		t.Error("a database that can't be opened")
	}
}
