package store

import (
	"context"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

// Merchant is a Billium account. A database has one.
type Merchant struct {
	ID, Name  string
	CreatedAt time.Time
}

// Merchants is the merchant, or nothing in an empty database.
func (s *Store) Merchants() Table[Merchant] {
	return table[Merchant](s, "merchants", "created_at, id")
}

// TeamSecurity is what a merchant's team demands of its members' dashboard
// sessions.
type TeamSecurity struct {
	EnforceTFA, EnforcePasskey, EnforceGoogleLogin, EnforceGithubLogin, EnforceEmailVerified bool
}

// TeamSecurity is the merchants' flags, each under its merchant's id.
func (s *Store) TeamSecurity() Table[TeamSecurity] {
	return table[TeamSecurity](s, "merchants", "created_at, id")
}

// TeamMember is a user in a merchant's team.
type TeamMember struct {
	ID, MerchantID, Email string

	Role billium.Role
	// Permissions of its own; nil where it has a set, or all that the role allows.
	Permissions     []billium.Permission
	PermissionSetID *string
	// SetPermissions are the set's now.
	SetPermissions []billium.Permission `db:"set_permissions,read"`
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

// TeamMembers are a merchant's whole team, who joined last first.
func (s *Store) TeamMembers(merchantID string) Table[TeamMember] {
	t := table[TeamMember](s, "team_members", "joined_at DESC, id DESC").only("merchant_id = ? AND removed_at IS NULL", merchantID)
	t.from += " LEFT JOIN (SELECT id AS set_id, permissions AS set_permissions FROM permission_sets) AS sets ON set_id = permission_set_id"
	return t
}

// RemoveTeamMember takes a member off the team and revokes the keys that it
// issued: ErrNotFound where it is no longer in the team.
func (s *Store) RemoveTeamMember(ctx context.Context, id string, now time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writeOne(ctx, "UPDATE team_members SET removed_at = ? WHERE id = ? AND removed_at IS NULL", now, id); err != nil {
			return err
		}
		return s.revoke(ctx, "billium_keys", "member_id", id, now)
	})
}

// Invitation to a merchant's team that was not accepted yet.
type Invitation struct {
	ID, MerchantID, Email string

	Role billium.Role
	// Permissions is nil where the member will have a set, or all that the role
	// allows.
	Permissions          []billium.Permission
	PermissionSetID      *string
	ExpiresAt, CreatedAt time.Time
}

// Expired reports whether the invitation no longer works.
func (i Invitation) Expired(now time.Time) bool { return !now.Before(i.ExpiresAt) }

// Invitations are a merchant's, expired ones included, newest first.
func (s *Store) Invitations(merchantID string) Table[Invitation] {
	return table[Invitation](s, "invitations", newestFirst).only("merchant_id = ?", merchantID)
}

// PermissionSet is a named set of permissions that keys and members share.
type PermissionSet struct {
	ID, MerchantID, Name string

	Description          *string
	Permissions          []billium.Permission
	CreatedAt, UpdatedAt time.Time
}

// PermissionSets are a merchant's, newest first.
func (s *Store) PermissionSets(merchantID string) Table[PermissionSet] {
	return table[PermissionSet](s, "permission_sets", newestFirst).only("merchant_id = ?", merchantID)
}

// Holders are who a permission set grants something to. Revoked keys, removed
// members and expired invitations hold nothing.
type Holders struct {
	Keys        []BilliumKey
	Members     []TeamMember
	Invitations []Invitation
}

// PermissionSetHolders returns a set's holders at a time, newest first.
func (s *Store) PermissionSetHolders(ctx context.Context, merchantID, id string, now time.Time) (h Holders, err error) {
	const holds = "permission_set_id = ?"
	if h.Keys, err = s.BilliumKeysOf(merchantID, nil).only(holds, id).All(ctx); err != nil {
		return h, err
	}
	if h.Members, err = s.TeamMembers(merchantID).only(holds, id).All(ctx); err != nil {
		return h, err
	}
	h.Invitations, err = s.Invitations(merchantID).only(holds, id).only("expires_at > ?", now).All(ctx)
	return h, err
}

// DeletePermissionSet deletes a set that has no holders. What held it once keeps
// the set's last permissions as its own.
func (s *Store) DeletePermissionSet(ctx context.Context, merchantID, id string) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		set, err := s.PermissionSets(merchantID).Get(ctx, id)
		if err != nil {
			return err
		}
		for _, held := range []string{"billium_keys", "team_members", "invitations"} {
			err := s.exec(ctx, "UPDATE "+held+" SET permissions = ?, permission_set_id = NULL WHERE permission_set_id = ?", set.Permissions, id)
			if err != nil {
				return err
			}
		}
		return s.PermissionSets(merchantID).Delete(ctx, id)
	})
}

// BilliumKey is an API key of Billium. Its token is nowhere.
type BilliumKey struct {
	// MemberID is the issuing user, whose role caps the key.
	ID, MerchantID, MemberID, Name string

	Type billium.KeyType
	// Permissions is nil for a key that has a set or inherits its issuing user's.
	Permissions     []billium.Permission
	PermissionSetID *string
	// TokenHash is the token's SHA-256 in hex.
	KeyPrefix, TokenHash  string
	IsActive              bool
	CreatedBy             string
	CreatedAt             time.Time
	LastUsedAt, RevokedAt *time.Time

	// What follows is as it is now.

	// SetPermissions are those of the key's set.
	SetPermissions []billium.Permission `db:"key_set_permissions,read"`
	// Role of the issuing user.
	Role billium.Role `db:"role,read"`
	// UserPermissions are what the issuing user is granted; nil stands for all
	// that the role allows.
	UserPermissions []billium.Permission `db:"COALESCE(user_set_permissions, user_permissions),read"`
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

// BilliumKeys are all keys there are, newest first.
func (s *Store) BilliumKeys() Table[BilliumKey] {
	t := table[BilliumKey](s, "billium_keys", newestFirst)
	t.from += `
JOIN (SELECT id AS user_id, role, permissions AS user_permissions, permission_set_id AS user_set_id FROM team_members) AS users ON user_id = member_id
LEFT JOIN (SELECT id AS key_set_id, permissions AS key_set_permissions FROM permission_sets) AS key_sets ON key_set_id = permission_set_id
LEFT JOIN (SELECT id AS users_set_id, permissions AS user_set_permissions FROM permission_sets) AS user_sets ON users_set_id = user_set_id`
	return t
}

// BilliumKeysOf are a merchant's keys, newest first. Keys revoked after
// revokedAfter are among them; nil leaves all revoked ones out.
func (s *Store) BilliumKeysOf(merchantID string, revokedAfter *time.Time) Table[BilliumKey] {
	return notRevoked(s.BilliumKeys(), revokedAfter).only("merchant_id = ?", merchantID)
}

// BilliumCandidates returns every key with the prefix, revoked and inactive ones
// included. The prefix is no secret; which of the keys a token belongs to is for
// the caller to find out in constant time.
func (s *Store) BilliumCandidates(ctx context.Context, prefix string) ([]BilliumKey, error) {
	return s.BilliumKeys().only("key_prefix = ?", prefix).All(ctx)
}

// ChangeBilliumKey changes a key that is not revoked, see Table.Change:
// ErrNotFound for one that is.
func (s *Store) ChangeBilliumKey(ctx context.Context, id string, change func(*BilliumKey)) error {
	_, err := notRevoked(s.BilliumKeys(), nil).Change(ctx, id, change)
	return err
}

// RevokeBilliumKey revokes a key, once: a second time changes nothing.
func (s *Store) RevokeBilliumKey(ctx context.Context, id string, now time.Time) error {
	return s.revoke(ctx, "billium_keys", "id", id, now)
}

// Invoice of a merchant. Its status is CREATED until CancelledAt is set.
type Invoice struct {
	ID, MerchantID, Status, Amount, Currency string

	Description *string
	CreatedAt   time.Time
	CancelledAt *time.Time
}

// Invoices are a merchant's, newest first.
func (s *Store) Invoices(merchantID string) Table[Invoice] {
	return table[Invoice](s, "invoices", newestFirst).only("merchant_id = ?", merchantID)
}

// CancelInvoice sets the status, and cancelled_at, of an invoice that is not
// cancelled: ErrNotFound for one that is.
func (s *Store) CancelInvoice(ctx context.Context, merchantID, id, status string, now time.Time) error {
	return s.writeOne(ctx, "UPDATE invoices SET status = ?, cancelled_at = ? WHERE merchant_id = ? AND id = ? AND cancelled_at IS NULL",
		status, now, merchantID, id)
}

// IdempotencyRecord is a response kept for a repeated request.
type IdempotencyRecord struct {
	MerchantID string
	// KeyHash is the hex SHA-256 of the Idempotency-Key. RequestHash tells one
	// request from another.
	KeyHash, RequestHash string
	Status               int
	// Response is the sealed body.
	Response  string
	CreatedAt time.Time
}

// IdempotencyRecord returns the record under the key, unless it is older than
// notBefore.
func (s *Store) IdempotencyRecord(ctx context.Context, merchantID, keyHash string, notBefore time.Time) (IdempotencyRecord, error) {
	t := table[IdempotencyRecord](s, "idempotency_records", "created_at")
	return t.only("merchant_id = ? AND key_hash = ? AND created_at > ?", merchantID, keyHash, notBefore).First(ctx)
}

// CreateIdempotencyRecord adds a record and drops those older than notBefore. It
// returns false, and adds nothing, where the key has a record already.
func (s *Store) CreateIdempotencyRecord(ctx context.Context, r IdempotencyRecord, notBefore time.Time) (bool, error) {
	t, added := table[IdempotencyRecord](s, "idempotency_records", "created_at"), int64(0)
	err := s.InTx(ctx, func(ctx context.Context) error {
		err := s.exec(ctx, "DELETE FROM idempotency_records WHERE created_at <= ?", notBefore)
		if err == nil {
			added, err = t.insert(ctx, []IdempotencyRecord{r}, " ON CONFLICT DO NOTHING")
		}
		return err
	})
	return added == 1, err
}
