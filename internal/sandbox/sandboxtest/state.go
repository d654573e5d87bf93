package sandboxtest

import (
	"context"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// CorebillKey is a key as the dashboard sees it.
type CorebillKey struct {
	ID              string
	Name            string
	CompanyID       *string // nil: organization key
	PermissionLevel corebill.Level
	KeyPrefix       string
	Disabled        bool
	CreatedBy       string
	CreatedAt       time.Time
	LastUsedAt      *time.Time
	RevokedAt       *time.Time
}

// BilliumKey is a key as the dashboard sees it.
type BilliumKey struct {
	ID              string
	Name            string
	Type            billium.KeyType
	MemberID        string
	Permissions     []billium.Permission // nil: a set's, or inherited
	PermissionSetID *string
	KeyPrefix       string
	IsActive        bool
	CreatedBy       string
	CreatedAt       time.Time
	LastUsedAt      *time.Time
	RevokedAt       *time.Time
}

// withoutCancel is the test's context for what must also work in a cleanup.
func withoutCancel(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }

func must(t testing.TB, doing string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
}

// CorebillKeys returns every key, revoked ones included, newest first, as it is
// after all requests answered so far.
func (s *Sandbox) CorebillKeys(t testing.TB) []CorebillKey {
	t.Helper()
	rows, err := s.server.Dashboard().CorebillKeys(withoutCancel(t))
	must(t, "listing the Corebill keys", err)
	keys := make([]CorebillKey, len(rows))
	for i, k := range rows {
		keys[i] = CorebillKey{
			ID: k.ID, Name: k.Name, CompanyID: k.CompanyID, PermissionLevel: k.Level, KeyPrefix: k.KeyPrefix, Disabled: k.Disabled,
			CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
		}
	}
	return keys
}

// BilliumKeys returns every key, revoked ones included, newest first, as it is
// after all requests answered so far.
func (s *Sandbox) BilliumKeys(t testing.TB) []BilliumKey {
	t.Helper()
	rows, err := s.server.Dashboard().BilliumKeys(withoutCancel(t))
	must(t, "listing the Billium keys", err)
	keys := make([]BilliumKey, len(rows))
	for i, k := range rows {
		keys[i] = BilliumKey{
			ID: k.ID, Name: k.Name, Type: k.Type, MemberID: k.MemberID, Permissions: k.Permissions,
			PermissionSetID: k.PermissionSetID, KeyPrefix: k.KeyPrefix, IsActive: k.IsActive, CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
		}
	}
	return keys
}

// RevokeKey revokes a key of either platform.
func (s *Sandbox) RevokeKey(t testing.TB, id string) {
	t.Helper()
	must(t, "revoking a key", s.server.Dashboard().RevokeKey(withoutCancel(t), id))
}

// DisableKey disables a key of either platform.
func (s *Sandbox) DisableKey(t testing.TB, id string) {
	t.Helper()
	must(t, "disabling a key", s.server.Dashboard().SetKeyEnabled(withoutCancel(t), id, false))
}

// EnableKey enables a key of either platform.
func (s *Sandbox) EnableKey(t testing.TB, id string) {
	t.Helper()
	must(t, "enabling a key", s.server.Dashboard().SetKeyEnabled(withoutCancel(t), id, true))
}

// CreateCompany returns the new company's id.
func (s *Sandbox) CreateCompany(t testing.TB, name string) string {
	t.Helper()
	company, err := s.server.Dashboard().CreateCompany(withoutCancel(t), name)
	must(t, "creating a company", err)
	return company.ID
}

// SetRole changes a team member's role.
func (s *Sandbox) SetRole(t testing.TB, memberID string, role billium.Role) {
	t.Helper()
	must(t, "changing a role", s.server.Dashboard().SetRole(withoutCancel(t), memberID, role))
}

// CorebillKey makes a key of a company, or of the organization where companyID is
// empty, and returns its token.
func (s *Sandbox) CorebillKey(t testing.TB, companyID string, level corebill.Level) string {
	t.Helper()
	owner := &companyID
	if companyID == "" {
		owner = nil
	}
	token, err := s.server.Dashboard().CreateCorebillKey(withoutCancel(t), "Test key", owner, level)
	must(t, "creating a Corebill key", err)
	return token
}

// BilliumKeyAs makes a secret key issued by a team member of the role and returns
// its token. Without permissions it inherits the member's.
func (s *Sandbox) BilliumKeyAs(t testing.TB, role billium.Role, permissions ...billium.Permission) string {
	t.Helper()
	dashboard := s.server.Dashboard()
	member, err := dashboard.Member(withoutCancel(t), role)
	must(t, "finding a team member", err)
	token, err := dashboard.CreateBilliumKey(withoutCancel(t), "Test key", billium.Secret, member.ID, permissions)
	must(t, "creating a Billium key", err)
	return token
}

// BilliumPublicKey makes a public key of the OWNER and returns its token.
func (s *Sandbox) BilliumPublicKey(t testing.TB) string {
	t.Helper()
	token, err := s.server.Dashboard().CreateBilliumKey(withoutCancel(t), "Test key", billium.Public, s.OwnerID, nil)
	must(t, "creating a Billium key", err)
	return token
}

func (s *Sandbox) otherCompany(t testing.TB) string {
	t.Helper()
	companies, err := s.server.Dashboard().Companies(withoutCancel(t))
	must(t, "listing the companies", err)
	for _, company := range companies {
		if company.ID != s.Credentials.Corebill.CompanyID {
			return company.ID
		}
	}
	return ""
}
