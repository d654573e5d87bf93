package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Merchant is a Billium account. A database has one.
type Merchant struct {
	ID        string
	Name      string
	CreatedAt time.Time
}

// TeamMember is a user in a merchant's team.
type TeamMember struct {
	ID         string
	MerchantID string
	Email      string
	Role       billium.Role
	JoinedAt   time.Time
}

// CreateMerchant adds the merchant.
func (s *Store) CreateMerchant(ctx context.Context, m Merchant) error {
	_, err := s.write(ctx, "INSERT INTO merchants (id, name, created_at) VALUES (?, ?, ?)", m.ID, m.Name, micros(m.CreatedAt))
	return err
}

// FirstMerchant returns the database's merchant: ErrNotFound in an empty one.
func (s *Store) FirstMerchant(ctx context.Context) (Merchant, error) {
	return one(ctx, s, scanMerchant, "SELECT id, name, created_at FROM merchants ORDER BY created_at, id LIMIT 1")
}

// Merchant returns a merchant.
func (s *Store) Merchant(ctx context.Context, id string) (Merchant, error) {
	return one(ctx, s, scanMerchant, "SELECT id, name, created_at FROM merchants WHERE id = ?", id)
}

func scanMerchant(row scanner) (Merchant, error) {
	var m Merchant
	var createdAt int64
	err := row.Scan(&m.ID, &m.Name, &createdAt)
	m.CreatedAt = fromMicros(createdAt)
	return m, err
}

// RenameMerchant changes a merchant's name; nil leaves it alone.
func (s *Store) RenameMerchant(ctx context.Context, id string, name *string) error {
	var c changes
	set(&c, "name", name)
	return s.update(ctx, "merchants", c, "id = ?", id)
}

const memberColumns = "id, merchant_id, email, role, joined_at"

// CreateTeamMember adds a member to a merchant's team.
func (s *Store) CreateTeamMember(ctx context.Context, m TeamMember) error {
	_, err := s.write(ctx, "INSERT INTO team_members ("+memberColumns+") VALUES ("+placeholders(5)+")",
		m.ID, m.MerchantID, m.Email, string(m.Role), micros(m.JoinedAt))
	return err
}

// TeamMembers returns a merchant's team in the order of joining.
func (s *Store) TeamMembers(ctx context.Context, merchantID string) ([]TeamMember, error) {
	return all(ctx, s, scanMember, "SELECT "+memberColumns+" FROM team_members WHERE merchant_id = ? ORDER BY joined_at, id", merchantID)
}

// Owner returns the member who was the OWNER first of all.
func (s *Store) Owner(ctx context.Context, merchantID string) (TeamMember, error) {
	return one(ctx, s, scanMember, "SELECT "+memberColumns+" FROM team_members WHERE merchant_id = ? ORDER BY joined_at, id LIMIT 1", merchantID)
}

func scanMember(row scanner) (TeamMember, error) {
	var m TeamMember
	var joinedAt int64
	err := row.Scan(&m.ID, &m.MerchantID, &m.Email, &m.Role, &joinedAt)
	m.JoinedAt = fromMicros(joinedAt)
	return m, err
}

// SetTeamMemberRole changes a member's role.
func (s *Store) SetTeamMemberRole(ctx context.Context, id string, role billium.Role) error {
	return s.writeOne(ctx, "UPDATE team_members SET role = ? WHERE id = ?", string(role), id)
}
