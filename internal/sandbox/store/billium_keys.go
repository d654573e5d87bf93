package store

import (
	"context"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// BilliumKey is an API key of Billium. Its token is nowhere.
type BilliumKey struct {
	ID         string
	MerchantID string
	// MemberID is the issuing user, whose role caps the key.
	MemberID string
	Name     string
	Type     billium.KeyType
	// Permissions is nil for a key that has a set or inherits its issuing user's.
	Permissions     []billium.Permission
	PermissionSetID *string
	KeyPrefix       string
	// TokenHash is the token's SHA-256 in hex.
	TokenHash  string
	IsActive   bool
	CreatedBy  string
	CreatedAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time

	// What follows is as it is now. It is read, never written.

	// SetPermissions are those of the key's set.
	SetPermissions []billium.Permission
	// Role of the issuing user.
	Role billium.Role
	// UserPermissions are what the issuing user is granted; nil stands for all
	// that the role allows.
	UserPermissions []billium.Permission
}

// Inherits reports whether the key is granted whatever its issuing user may do.
func (k BilliumKey) Inherits() bool { return k.Permissions == nil && k.PermissionSetID == nil }

// Cap returns the most that the key can do now, whatever it is granted: what its
// issuing user may do.
func (k BilliumKey) Cap() []billium.Permission { return within(k.Role, k.UserPermissions) }

// Granted returns what the key is granted: its own permissions, its set's as far
// as its issuing user may do them or, where it inherits, all that the user may do.
func (k BilliumKey) Granted() []billium.Permission {
	switch {
	case k.PermissionSetID != nil:
		return billium.Intersect(k.SetPermissions, k.Cap())
	case k.Permissions != nil:
		return k.Permissions
	default:
		return k.Cap()
	}
}

// Effective returns what the key can do now: what it is granted, as far as its
// issuing user may do it. Source: Billium authentication page, "API key
// permissions".
func (k BilliumKey) Effective() []billium.Permission {
	return billium.Intersect(k.Granted(), k.Cap())
}

// BilliumKeyChange holds what to change; nil leaves a field alone. Permissions
// take the place of a set, and a set that of permissions.
type BilliumKeyChange struct {
	Name            *string
	IsActive        *bool
	Permissions     []billium.Permission
	PermissionSetID *string
}

const (
	// The columns that come from elsewhere are renamed, so that those of
	// billium_keys need no qualifier.
	billiumKeyTable = `billium_keys
JOIN (SELECT id AS user_id, role, permissions AS user_permissions, permission_set_id AS user_set_id FROM team_members) AS users ON user_id = member_id
LEFT JOIN (SELECT id AS key_set_id, permissions AS key_set_permissions FROM permission_sets) AS key_sets ON key_set_id = permission_set_id
LEFT JOIN (SELECT id AS users_set_id, permissions AS user_set_permissions FROM permission_sets) AS user_sets ON users_set_id = user_set_id`
	billiumKeyStored  = "id, merchant_id, member_id, name, type, permissions, permission_set_id, key_prefix, token_hash, is_active, created_by, created_at, last_used_at, revoked_at"
	billiumKeyColumns = billiumKeyStored + ", key_set_permissions, role, COALESCE(user_set_permissions, user_permissions)"
)

func scanBilliumKey(row scanner) (BilliumKey, error) {
	var k BilliumKey
	var permissions, setPermissions, userPermissions *string
	var createdAt int64
	var lastUsedAt, revokedAt *int64
	err := row.Scan(&k.ID, &k.MerchantID, &k.MemberID, &k.Name, &k.Type, &permissions, &k.PermissionSetID, &k.KeyPrefix, &k.TokenHash,
		&k.IsActive, &k.CreatedBy, &createdAt, &lastUsedAt, &revokedAt, &setPermissions, &k.Role, &userPermissions)
	k.Permissions, k.SetPermissions, k.UserPermissions = permissionsOrNil(permissions), permissionsOrNil(setPermissions), permissionsOrNil(userPermissions)
	k.CreatedAt, k.LastUsedAt, k.RevokedAt = fromMicros(createdAt), fromMicrosOrNull(lastUsedAt), fromMicrosOrNull(revokedAt)
	return k, err
}

func permissionsOrNil(stored *string) []billium.Permission {
	if stored == nil {
		return nil
	}
	return splitPermissions(*stored)
}

func splitPermissions(stored string) []billium.Permission {
	out := []billium.Permission{}
	for _, name := range strings.Fields(stored) {
		out = append(out, billium.Permission(name))
	}
	return out
}

func joinPermissions(ps []billium.Permission) *string {
	if ps == nil {
		return nil
	}
	joined := strings.Join(billium.Names(billium.Sort(ps)), " ")
	return &joined
}

// CreateBilliumKey adds a key.
func (s *Store) CreateBilliumKey(ctx context.Context, k BilliumKey) error {
	_, err := s.write(ctx, "INSERT INTO billium_keys ("+billiumKeyStored+") VALUES ("+placeholders(14)+")",
		k.ID, k.MerchantID, k.MemberID, k.Name, string(k.Type), joinPermissions(k.Permissions), k.PermissionSetID,
		k.KeyPrefix, k.TokenHash, k.IsActive, k.CreatedBy, micros(k.CreatedAt), microsOrNull(k.LastUsedAt), microsOrNull(k.RevokedAt))
	return err
}

// BilliumCandidates returns every key with the prefix, revoked and inactive ones
// included. The prefix is no secret; which of the keys a token belongs to is for
// the caller to find out in constant time.
func (s *Store) BilliumCandidates(ctx context.Context, prefix string) ([]BilliumKey, error) {
	return all(ctx, s, scanBilliumKey, "SELECT "+billiumKeyColumns+" FROM "+billiumKeyTable+" WHERE key_prefix = ?", prefix)
}

func billiumKeys(merchantID string, revokedAfter *time.Time) list[BilliumKey] {
	l := list[BilliumKey]{table: billiumKeyTable, columns: billiumKeyColumns, scan: scanBilliumKey}
	l.only("merchant_id = ?", merchantID)
	if revokedAfter == nil {
		l.only("revoked_at IS NULL")
	} else {
		l.only("revoked_at IS NULL OR revoked_at > ?", micros(*revokedAfter))
	}
	return l
}

// BilliumKeys returns one page of a merchant's keys and how many there are. Keys
// revoked after revokedAfter are among them; nil leaves all revoked ones out.
func (s *Store) BilliumKeys(ctx context.Context, merchantID string, revokedAfter *time.Time, p Page) ([]BilliumKey, int, error) {
	return billiumKeys(merchantID, revokedAfter).byNumber(ctx, s, p)
}

// BilliumKey returns one of a merchant's keys, unless it was revoked before
// revokedAfter.
func (s *Store) BilliumKey(ctx context.Context, merchantID, id string, revokedAfter time.Time) (BilliumKey, error) {
	l := billiumKeys(merchantID, &revokedAfter)
	l.only("id = ?", id)
	return l.first(ctx, s)
}

// AllBilliumKeys returns every key there is, newest first.
func (s *Store) AllBilliumKeys(ctx context.Context) ([]BilliumKey, error) {
	return list[BilliumKey]{table: billiumKeyTable, columns: billiumKeyColumns, scan: scanBilliumKey}.every(ctx, s)
}

// UpdateBilliumKey changes a key that is not revoked: ErrNotFound for one that is.
func (s *Store) UpdateBilliumKey(ctx context.Context, id string, change BilliumKeyChange) error {
	var c changes
	set(&c, "name", change.Name)
	set(&c, "is_active", change.IsActive)
	if change.Permissions != nil || change.PermissionSetID != nil {
		c.put("permissions", joinPermissions(change.Permissions))
		c.put("permission_set_id", change.PermissionSetID)
	}
	return s.update(ctx, "billium_keys", c, "id = ? AND revoked_at IS NULL", id)
}

// RevokeBilliumKey revokes a key, once: a second time changes nothing.
func (s *Store) RevokeBilliumKey(ctx context.Context, id string, now time.Time) error {
	_, err := s.write(ctx, "UPDATE billium_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", micros(now), id)
	return err
}
