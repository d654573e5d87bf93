package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// DeleteObject deletes an object of either platform, whose form of id tells what
// it is. A key is revoked, which is as far as the dashboards go.
func (d Dashboard) DeleteObject(ctx context.Context, id string) error {
	s, merchantID := d.server, d.server.world.merchant.ID
	kind, _, _ := strings.Cut(id, "_")
	switch kind {
	case "com":
		return s.store.DeleteCompany(ctx, s.world.organization.ID, id, s.options.Now())
	case "cus":
		return d.deleteCustomer(ctx, id)
	case "invite":
		return s.store.Invitations(merchantID).Delete(ctx, id)
	case "key":
		return d.RevokeKey(ctx, id)
	case "pset":
		return billium.DeletePermissionSet(ctx, s.billium, merchantID, id)
	case "tm":
		return billium.RemoveTeamMember(ctx, s.billium, merchantID, id)
	case "wh":
		return s.store.Webhooks().Delete(ctx, id)
	default:
		return fmt.Errorf("nothing with the id %q can be deleted", id)
	}
}

func (d Dashboard) deleteCustomer(ctx context.Context, id string) error {
	companies, err := d.Companies(ctx)
	if err != nil {
		return err
	}
	for _, company := range companies {
		if err := d.server.store.Customers(company.ID).Delete(ctx, id); !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return store.ErrNotFound
}

// PermissionSets returns the merchant's permission sets, newest first.
func (d Dashboard) PermissionSets(ctx context.Context) ([]store.PermissionSet, error) {
	return d.server.store.PermissionSets(d.server.world.merchant.ID).All(ctx)
}

// TeamMembers returns the merchant's team, who joined last first.
func (d Dashboard) TeamMembers(ctx context.Context) ([]store.TeamMember, error) {
	return d.server.store.TeamMembers(d.server.world.merchant.ID).All(ctx)
}

// Invitations returns those that are not accepted, expired ones included,
// newest first.
func (d Dashboard) Invitations(ctx context.Context) ([]store.Invitation, error) {
	return d.server.store.Invitations(d.server.world.merchant.ID).All(ctx)
}

// TeamSecurity returns what the team demands of its members' sessions.
func (d Dashboard) TeamSecurity(ctx context.Context) (store.TeamSecurity, error) {
	return d.server.store.TeamSecurity().Get(ctx, d.server.world.merchant.ID)
}

// AcceptInvitation makes a member of an invited user.
func (d Dashboard) AcceptInvitation(ctx context.Context, email string) (store.TeamMember, error) {
	return billium.AcceptInvitation(ctx, d.server.billium, d.server.world.merchant.ID, email)
}

// Member returns a team member of the role who may do all that it allows, and
// who joins where there is none yet.
func (d Dashboard) Member(ctx context.Context, role platformbillium.Role) (store.TeamMember, error) {
	merchantID := d.server.world.merchant.ID
	members, err := d.server.store.TeamMembers(merchantID).All(ctx)
	if err != nil {
		return store.TeamMember{}, err
	}
	for _, m := range members {
		if m.Role == role && m.Permissions == nil && m.PermissionSetID == nil {
			return m, nil
		}
	}
	id, err := platformbillium.NewID(d.server.options.Rand, platformbillium.TeamMemberID)
	member := store.TeamMember{
		ID: id, MerchantID: merchantID, Email: id + "@example.com", Role: role, JoinedAt: d.server.options.Now(),
	}
	if err == nil {
		err = d.server.store.TeamMembers(member.MerchantID).Insert(ctx, member)
	}
	return member, err
}

// SetRole changes a team member's role.
func (d Dashboard) SetRole(ctx context.Context, memberID string, role platformbillium.Role) error {
	_, err := d.server.store.TeamMembers(d.server.world.merchant.ID).Change(ctx, memberID, func(m *store.TeamMember) { m.Role = role })
	return err
}

// Webhooks returns the webhooks of both platforms, newest first.
func (d Dashboard) Webhooks(ctx context.Context) ([]store.Webhook, error) {
	return d.server.store.Webhooks().All(ctx)
}

// WebhookSecrets returns the secrets that sign now, by webhook and the current
// one first.
func (d Dashboard) WebhookSecrets(ctx context.Context, webhookIDs ...string) (map[string][]store.WebhookSecret, error) {
	return d.server.store.WebhookSecrets(ctx, d.server.options.Now(), webhookIDs...)
}

// SetWebhook changes a webhook of either platform.
func (d Dashboard) SetWebhook(ctx context.Context, id string, change func(*store.Webhook)) error {
	_, err := d.server.store.ChangeWebhook(ctx, d.server.store.Webhooks(), id, change)
	return err
}

// Deliver makes every delivery to a webhook that is due by the server's clock,
// and returns once they are in the delivery log.
func (d Dashboard) Deliver(ctx context.Context) error { return d.server.deliveries.Deliver(ctx) }

// Deliveries returns the delivery log, oldest first.
func (d Dashboard) Deliveries(ctx context.Context) ([]store.DeliveryAttempt, error) {
	return d.server.store.DeliveryAttempts().All(ctx)
}

// Joined is who accepted an invitation.
type Joined struct {
	MemberID string
	Email    string
	Role     platformbillium.Role
}

// AcceptInvitation makes a member of an invited user of the team of the
// merchant in the options' database. A server may be running on the database; of
// the options only Database, Now and Rand matter. The error says why not:
// the address is not invited, or the invitation has expired.
func AcceptInvitation(ctx context.Context, options Options, email string) (joined Joined, err error) {
	options = options.withDefaults()
	opened, err := store.Open(ctx, options.Database)
	if err != nil {
		return Joined{}, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	merchant, err := opened.Merchants().First(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return Joined{}, errors.New("the database has no merchant: start the sandbox on it first")
	}
	if err != nil {
		return Joined{}, fmt.Errorf("finding the merchant: %w", err)
	}
	member, err := billium.AcceptInvitation(ctx, billium.Config{Store: opened, Now: options.Now, Rand: options.Rand}, merchant.ID, email)
	return Joined{MemberID: member.ID, Email: member.Email, Role: member.Role}, err
}
