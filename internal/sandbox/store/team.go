package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// TeamMember is a user in a merchant's team.
type TeamMember struct {
	ID         string
	MerchantID string
	Email      string
	Role       billium.Role
	// Permissions of its own; nil where it has a set, or all that the role allows.
	Permissions     []billium.Permission
	PermissionSetID *string
	// SetPermissions are the set's now. They are read, never written.
	SetPermissions []billium.Permission
	JoinedAt       time.Time
}

// Effective returns what the member may do now: what it is granted, as far as
// its role allows.
func (m TeamMember) Effective() []billium.Permission {
	if m.PermissionSetID != nil {
		return within(m.Role, m.SetPermissions)
	}
	return within(m.Role, m.Permissions)
}

// within returns the permissions as far as the role allows; nil stands for all
// of the role's.
func within(role billium.Role, ps []billium.Permission) []billium.Permission {
	if ps == nil {
		return role.Permissions()
	}
	return billium.Intersect(ps, role.Permissions())
}

// memberTable has the members and their sets. joined_at goes by the name that
// lists are ordered by.
const (
	memberTable = `(SELECT id, merchant_id, email, role, permissions, permission_set_id, joined_at AS created_at, removed_at FROM team_members) AS members
LEFT JOIN (SELECT id AS set_id, permissions AS set_permissions FROM permission_sets) AS sets ON set_id = permission_set_id`
	memberColumns = "id, merchant_id, email, role, permissions, permission_set_id, set_permissions, created_at"
)

func scanMember(row scanner) (TeamMember, error) {
	var m TeamMember
	var permissions, setPermissions *string
	var joinedAt int64
	err := row.Scan(&m.ID, &m.MerchantID, &m.Email, &m.Role, &permissions, &m.PermissionSetID, &setPermissions, &joinedAt)
	m.Permissions, m.SetPermissions = permissionsOrNil(permissions), permissionsOrNil(setPermissions)
	m.JoinedAt = fromMicros(joinedAt)
	return m, err
}

func teamMembers(merchantID string) list[TeamMember] {
	l := list[TeamMember]{table: memberTable, columns: memberColumns, scan: scanMember}
	l.only("merchant_id = ? AND removed_at IS NULL", merchantID)
	return l
}

// CreateTeamMember adds a member to a merchant's team.
func (s *Store) CreateTeamMember(ctx context.Context, m TeamMember) error {
	_, err := s.write(ctx, `INSERT INTO team_members (id, merchant_id, email, role, permissions, permission_set_id, joined_at)
VALUES (`+placeholders(7)+")",
		m.ID, m.MerchantID, m.Email, string(m.Role), joinPermissions(m.Permissions), m.PermissionSetID, micros(m.JoinedAt))
	return err
}

// TeamMembers returns a merchant's whole team, who joined last first.
func (s *Store) TeamMembers(ctx context.Context, merchantID string) ([]TeamMember, error) {
	return teamMembers(merchantID).every(ctx, s)
}

// TeamMembersByPage returns one page of a merchant's team and how many are in it.
func (s *Store) TeamMembersByPage(ctx context.Context, merchantID string, p Page) ([]TeamMember, int, error) {
	return teamMembers(merchantID).byNumber(ctx, s, p)
}

// TeamMember returns one member of a merchant's team.
func (s *Store) TeamMember(ctx context.Context, merchantID, id string) (TeamMember, error) {
	l := teamMembers(merchantID)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// SetTeamMemberRole changes a member's role and nothing else.
func (s *Store) SetTeamMemberRole(ctx context.Context, id string, role billium.Role) error {
	return s.writeOne(ctx, "UPDATE team_members SET role = ? WHERE id = ? AND removed_at IS NULL", string(role), id)
}

// UpdateTeamMember writes a member's role and what it is granted: ErrNotFound
// where it is no longer in the team.
func (s *Store) UpdateTeamMember(ctx context.Context, m TeamMember) error {
	return s.writeOne(ctx, "UPDATE team_members SET role = ?, permissions = ?, permission_set_id = ? WHERE id = ? AND removed_at IS NULL",
		string(m.Role), joinPermissions(m.Permissions), m.PermissionSetID, m.ID)
}

// RemoveTeamMember takes a member off the team and revokes the keys that it
// issued: ErrNotFound where it is no longer in the team.
func (s *Store) RemoveTeamMember(ctx context.Context, id string, now time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		err := s.writeOne(ctx, "UPDATE team_members SET removed_at = ? WHERE id = ? AND removed_at IS NULL", micros(now), id)
		if err == nil {
			_, err = s.write(ctx, "UPDATE billium_keys SET revoked_at = ? WHERE member_id = ? AND revoked_at IS NULL", micros(now), id)
		}
		return err
	})
}
