package sandboxtest

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// PermissionSet is a set as the dashboard sees it.
type PermissionSet struct {
	ID          string
	Name        string
	Description *string
	Permissions []billium.Permission
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// TeamMember is a user as the dashboard sees it.
type TeamMember struct {
	ID    string
	Email string
	Role  billium.Role
	// Permissions of the member's own; nil where there is a set, or all that the
	// role allows.
	Permissions     []billium.Permission
	PermissionSetID *string
	// Effective is what the member may do now.
	Effective []billium.Permission
	JoinedAt  time.Time
}

// Invitation is one that is not accepted, as the dashboard sees it.
type Invitation struct {
	ID              string
	Email           string
	Role            billium.Role
	Permissions     []billium.Permission // nil: a set, or all that the role allows
	PermissionSetID *string
	ExpiresAt       time.Time
	CreatedAt       time.Time
}

// PermissionSets returns every set, newest first.
func (s *Sandbox) PermissionSets(t testing.TB) []PermissionSet {
	t.Helper()
	rows, err := s.server.Dashboard().PermissionSets(withoutCancel(t))
	must(t, "listing the permission sets", err)
	sets := make([]PermissionSet, len(rows))
	for i, p := range rows {
		sets[i] = PermissionSet{
			ID: p.ID, Name: p.Name, Description: p.Description, Permissions: p.Permissions, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		}
	}
	return sets
}

// TeamMembers returns the team, who joined last first.
func (s *Sandbox) TeamMembers(t testing.TB) []TeamMember {
	t.Helper()
	rows, err := s.server.Dashboard().TeamMembers(withoutCancel(t))
	must(t, "listing the team", err)
	members := make([]TeamMember, len(rows))
	for i, m := range rows {
		members[i] = TeamMember{
			ID: m.ID, Email: m.Email, Role: m.Role, Permissions: m.Permissions, PermissionSetID: m.PermissionSetID,
			Effective: m.Effective(), JoinedAt: m.JoinedAt,
		}
	}
	return members
}

// Invitations returns those that are not accepted, expired ones included,
// newest first.
func (s *Sandbox) Invitations(t testing.TB) []Invitation {
	t.Helper()
	rows, err := s.server.Dashboard().Invitations(withoutCancel(t))
	must(t, "listing the invitations", err)
	invitations := make([]Invitation, len(rows))
	for i, r := range rows {
		invitations[i] = Invitation{
			ID: r.ID, Email: r.Email, Role: r.Role, Permissions: r.Permissions, PermissionSetID: r.PermissionSetID,
			ExpiresAt: r.ExpiresAt, CreatedAt: r.CreatedAt,
		}
	}
	return invitations
}

// AcceptInvitation makes a member of an invited user and returns the
// member's id.
func (s *Sandbox) AcceptInvitation(t testing.TB, email string) string {
	t.Helper()
	member, err := s.server.Dashboard().AcceptInvitation(withoutCancel(t), email)
	must(t, "accepting an invitation", err)
	return member.ID
}

// Security returns the team security flags by their names on the wire, such as
// enforceTfa.
func (s *Sandbox) Security(t testing.TB) map[string]bool {
	t.Helper()
	flags, err := s.server.Dashboard().TeamSecurity(withoutCancel(t))
	must(t, "reading the team security", err)
	return map[string]bool{
		"enforceTfa": flags.EnforceTFA, "enforcePasskey": flags.EnforcePasskey, "enforceGoogleLogin": flags.EnforceGoogleLogin,
		"enforceGithubLogin": flags.EnforceGithubLogin, "enforceEmailVerified": flags.EnforceEmailVerified,
	}
}

// DeleteObject deletes an object of either platform, as its dashboard would; a
// key is revoked. It fails the test where the dashboard would refuse.
func (s *Sandbox) DeleteObject(t testing.TB, id string) {
	t.Helper()
	must(t, "deleting "+id, s.server.Dashboard().DeleteObject(withoutCancel(t), id))
}
