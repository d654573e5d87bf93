package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// PermissionSet is a named set of permissions that keys and members share.
type PermissionSet struct {
	ID          string
	MerchantID  string
	Name        string
	Description *string
	Permissions []billium.Permission
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

const permissionSetColumns = "id, merchant_id, name, description, permissions, created_at, updated_at"

func scanPermissionSet(row scanner) (PermissionSet, error) {
	var p PermissionSet
	var permissions string
	var createdAt, updatedAt int64
	err := row.Scan(&p.ID, &p.MerchantID, &p.Name, &p.Description, &permissions, &createdAt, &updatedAt)
	p.Permissions = splitPermissions(permissions)
	p.CreatedAt, p.UpdatedAt = fromMicros(createdAt), fromMicros(updatedAt)
	return p, err
}

func permissionSets(merchantID string) list[PermissionSet] {
	l := list[PermissionSet]{table: "permission_sets", columns: permissionSetColumns, scan: scanPermissionSet}
	l.only("merchant_id = ?", merchantID)
	return l
}

// CreatePermissionSet adds a set.
func (s *Store) CreatePermissionSet(ctx context.Context, p PermissionSet) error {
	_, err := s.write(ctx, "INSERT INTO permission_sets ("+permissionSetColumns+") VALUES ("+placeholders(7)+")",
		p.ID, p.MerchantID, p.Name, p.Description, joinPermissions(p.Permissions), micros(p.CreatedAt), micros(p.UpdatedAt))
	return err
}

// PermissionSets returns one page of a merchant's sets and how many there are.
func (s *Store) PermissionSets(ctx context.Context, merchantID string, p Page) ([]PermissionSet, int, error) {
	return permissionSets(merchantID).byNumber(ctx, s, p)
}

// AllPermissionSets returns every set of a merchant, newest first.
func (s *Store) AllPermissionSets(ctx context.Context, merchantID string) ([]PermissionSet, error) {
	return permissionSets(merchantID).every(ctx, s)
}

// PermissionSet returns one of a merchant's sets.
func (s *Store) PermissionSet(ctx context.Context, merchantID, id string) (PermissionSet, error) {
	l := permissionSets(merchantID)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// UpdatePermissionSet writes everything of a set but its id, merchant and
// creation: ErrNotFound where there is no such set.
func (s *Store) UpdatePermissionSet(ctx context.Context, p PermissionSet) error {
	return s.writeOne(ctx, "UPDATE permission_sets SET name = ?, description = ?, permissions = ?, updated_at = ? WHERE id = ?",
		p.Name, p.Description, joinPermissions(p.Permissions), micros(p.UpdatedAt), p.ID)
}

// Holders are who a permission set grants something to. Revoked keys, removed
// members and expired invitations hold nothing.
type Holders struct {
	Keys        []BilliumKey
	Members     []TeamMember
	Invitations []Invitation
}

// PermissionSetHolders returns a set's holders at a time, newest first.
func (s *Store) PermissionSetHolders(ctx context.Context, merchantID, id string, now time.Time) (Holders, error) {
	var h Holders
	var err error
	keys := billiumKeys(merchantID, nil)
	keys.only("permission_set_id = ?", id)
	if h.Keys, err = keys.every(ctx, s); err != nil {
		return h, err
	}
	members := teamMembers(merchantID)
	members.only("permission_set_id = ?", id)
	if h.Members, err = members.every(ctx, s); err != nil {
		return h, err
	}
	invited := invitations(merchantID)
	invited.only("permission_set_id = ? AND expires_at > ?", id, micros(now))
	h.Invitations, err = invited.every(ctx, s)
	return h, err
}

// DeletePermissionSet deletes a set that has no holders. What held it once keeps
// the set's last permissions as its own.
func (s *Store) DeletePermissionSet(ctx context.Context, merchantID, id string) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		set, err := s.PermissionSet(ctx, merchantID, id)
		if err != nil {
			return err
		}
		for _, table := range []string{"billium_keys", "team_members", "invitations"} {
			_, err := s.write(ctx, "UPDATE "+table+" SET permissions = ?, permission_set_id = NULL WHERE permission_set_id = ?",
				joinPermissions(set.Permissions), id)
			if err != nil {
				return err
			}
		}
		return s.writeOne(ctx, "DELETE FROM permission_sets WHERE id = ?", id)
	})
}
