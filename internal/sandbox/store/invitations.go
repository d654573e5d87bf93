package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Invitation to a merchant's team that nobody has accepted yet.
type Invitation struct {
	ID         string
	MerchantID string
	Email      string
	Role       billium.Role
	// Permissions is nil where the member will have a set, or all that the role
	// allows.
	Permissions     []billium.Permission
	PermissionSetID *string
	ExpiresAt       time.Time
	CreatedAt       time.Time
}

// Expired reports whether the invitation no longer works.
func (i Invitation) Expired(now time.Time) bool { return !now.Before(i.ExpiresAt) }

const invitationColumns = "id, merchant_id, email, role, permissions, permission_set_id, expires_at, created_at"

func scanInvitation(row scanner) (Invitation, error) {
	var i Invitation
	var permissions *string
	var expiresAt, createdAt int64
	err := row.Scan(&i.ID, &i.MerchantID, &i.Email, &i.Role, &permissions, &i.PermissionSetID, &expiresAt, &createdAt)
	i.Permissions = permissionsOrNil(permissions)
	i.ExpiresAt, i.CreatedAt = fromMicros(expiresAt), fromMicros(createdAt)
	return i, err
}

func invitations(merchantID string) list[Invitation] {
	l := list[Invitation]{table: "invitations", columns: invitationColumns, scan: scanInvitation}
	l.only("merchant_id = ?", merchantID)
	return l
}

// CreateInvitation adds an invitation.
func (s *Store) CreateInvitation(ctx context.Context, i Invitation) error {
	_, err := s.write(ctx, "INSERT INTO invitations ("+invitationColumns+") VALUES ("+placeholders(8)+")",
		i.ID, i.MerchantID, i.Email, string(i.Role), joinPermissions(i.Permissions), i.PermissionSetID, micros(i.ExpiresAt), micros(i.CreatedAt))
	return err
}

// Invitations returns one page of a merchant's invitations and how many there
// are, expired ones included.
func (s *Store) Invitations(ctx context.Context, merchantID string, p Page) ([]Invitation, int, error) {
	return invitations(merchantID).byNumber(ctx, s, p)
}

// AllInvitations returns every invitation of a merchant, newest first.
func (s *Store) AllInvitations(ctx context.Context, merchantID string) ([]Invitation, error) {
	return invitations(merchantID).every(ctx, s)
}

// DeleteInvitation deletes one of a merchant's invitations.
func (s *Store) DeleteInvitation(ctx context.Context, merchantID, id string) error {
	return s.writeOne(ctx, "DELETE FROM invitations WHERE merchant_id = ? AND id = ?", merchantID, id)
}
