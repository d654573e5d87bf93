package sandbox

import (
	"context"

	platformbillium "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	platformcorebill "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// Dashboard does what the platforms' dashboards do and their APIs don't: it acts
// as the organization's and the merchant's owner, with no key. Tests use it.
type Dashboard struct{ server *Server }

// Dashboard returns the server's dashboard.
func (s *Server) Dashboard() Dashboard { return Dashboard{s} }

// Companies returns the organization's companies, newest first.
func (d Dashboard) Companies(ctx context.Context) ([]store.Company, error) {
	return d.server.store.Companies(d.server.world.organization.ID).All(ctx)
}

// CreateCompany adds a company.
func (d Dashboard) CreateCompany(ctx context.Context, name string) (store.Company, error) {
	company, err := d.server.newCompany(d.server.world.organization.ID, name)
	if err == nil {
		err = d.server.store.Companies(company.OrganizationID).Insert(ctx, company)
	}
	return company, err
}

// OwnerID returns the id of the team member whose role is OWNER.
func (d Dashboard) OwnerID() string { return d.server.world.owner.ID }

// CorebillKeys returns every key, revoked ones included, as it is after all
// requests answered so far; newest first.
func (d Dashboard) CorebillKeys(ctx context.Context) ([]store.CorebillKey, error) {
	if err := d.server.recorder.Flush(ctx); err != nil {
		return nil, err
	}
	return d.server.store.CorebillKeys().All(ctx)
}

// BilliumKeys is CorebillKeys for Billium.
func (d Dashboard) BilliumKeys(ctx context.Context) ([]store.BilliumKey, error) {
	if err := d.server.recorder.Flush(ctx); err != nil {
		return nil, err
	}
	return d.server.store.BilliumKeys().All(ctx)
}

// CreateCorebillKey makes a key of a company, or of the organization where
// companyID is nil, and returns its token.
func (d Dashboard) CreateCorebillKey(ctx context.Context, name string, companyID *string, level platformcorebill.Level) (string, error) {
	key, token, err := corebill.NewKey(d.server.corebill)
	if err != nil {
		return "", err
	}
	key.OrganizationID, key.CompanyID, key.Name = d.server.world.organization.ID, companyID, name
	key.Level, key.CreatedBy = level, dashboard
	return token, d.server.store.CorebillKeys().Insert(ctx, key)
}

// CreateBilliumKey makes a key issued by a team member and returns its token. A
// secret key without permissions inherits the member's.
func (d Dashboard) CreateBilliumKey(ctx context.Context, name string, keyType platformbillium.KeyType, memberID string, permissions []platformbillium.Permission) (string, error) {
	key, token, err := billium.NewKey(d.server.billium, keyType)
	if err != nil {
		return "", err
	}
	if keyType == platformbillium.Public {
		permissions = platformbillium.PublicPermissions()
	}
	key.MerchantID, key.MemberID, key.Name = d.server.world.merchant.ID, memberID, name
	key.Permissions, key.CreatedBy = permissions, memberID
	return token, d.server.store.BilliumKeys().Insert(ctx, key)
}

// RevokeKey revokes a key of either platform, whose form of id tells which.
func (d Dashboard) RevokeKey(ctx context.Context, id string) error {
	if platformbillium.ValidID(platformbillium.APIKeyID, id) {
		return d.server.store.RevokeBilliumKey(ctx, id, d.server.options.Now())
	}
	return d.server.store.RevokeCorebillKey(ctx, id, d.server.options.Now())
}

// SetKeyEnabled enables or disables a key of either platform.
func (d Dashboard) SetKeyEnabled(ctx context.Context, id string, enabled bool) error {
	if platformbillium.ValidID(platformbillium.APIKeyID, id) {
		return d.server.store.ChangeBilliumKey(ctx, id, func(k *store.BilliumKey) { k.IsActive = enabled })
	}
	return d.server.store.ChangeCorebillKey(ctx, id, func(k *store.CorebillKey) { k.Disabled = !enabled })
}
