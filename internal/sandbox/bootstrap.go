package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	platformbillium "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	platformcorebill "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// organizationID is the prefix of an organization's id, which no response shows.
const organizationID platformcorebill.Kind = "org"

// bootstrapKeyName is the name of the keys in the credentials file.
const bootstrapKeyName = "Sandbox bootstrap"

// dashboard is what created a key that no key created. Source: contract.
const dashboard = "dashboard"

// world is what the first start makes.
type world struct {
	organization store.Organization
	// companies, oldest first; there are two at the start.
	companies []store.Company
	merchant  store.Merchant
	owner     store.TeamMember
}

// prepare makes the world in an empty database and finds it in any other.
func (s *Server) prepare(ctx context.Context) (world, error) {
	var w world
	err := s.store.Exclusively(ctx, func(ctx context.Context) error {
		var err error
		w, err = s.find(ctx)
		if errors.Is(err, store.ErrNotFound) {
			w, err = s.make(ctx)
		}
		return err
	})
	return w, err
}

func (s *Server) find(ctx context.Context) (world, error) {
	var w world
	var err error
	if w.organization, err = s.store.Organizations().First(ctx); err != nil {
		return w, err
	}
	newest, err := s.store.Companies(w.organization.ID).All(ctx)
	if err != nil {
		return w, err
	}
	for _, company := range newest {
		w.companies = append([]store.Company{company}, w.companies...)
	}
	if w.merchant, err = s.store.Merchants().First(ctx); err != nil {
		return w, err
	}
	// Who joined first was the OWNER then, whatever role a test gave them since.
	members, err := s.store.TeamMembers(w.merchant.ID).All(ctx)
	if err != nil || len(members) == 0 {
		return w, err
	}
	w.owner = members[len(members)-1]
	return w, nil
}

func (s *Server) make(ctx context.Context) (world, error) {
	organization, companies, err := s.makeOrganization(ctx)
	if err != nil {
		return world{}, fmt.Errorf("making the organization: %w", err)
	}
	merchant, owner, err := s.makeMerchant(ctx)
	if err != nil {
		return world{}, fmt.Errorf("making the merchant: %w", err)
	}
	return world{organization, companies, merchant, owner}, nil
}

func (s *Server) makeOrganization(ctx context.Context) (store.Organization, []store.Company, error) {
	now := s.options.Now().UTC()
	id, err := platformcorebill.NewID(s.options.Rand, organizationID)
	organization := store.Organization{ID: id, Name: "Keyward Sandbox", CreatedAt: now}
	if err == nil {
		err = s.store.Organizations().Insert(ctx, organization)
	}
	if err != nil {
		return organization, nil, err
	}
	var companies []store.Company
	for _, name := range []string{"My Agency", "Second Studio"} {
		company, err := s.newCompany(organization.ID, name)
		if err == nil {
			err = s.store.Companies(organization.ID).Insert(ctx, company)
		}
		if err != nil {
			return organization, nil, err
		}
		companies = append(companies, company)
	}
	return organization, companies, nil
}

func (s *Server) newCompany(organizationID, name string) (store.Company, error) {
	id, err := platformcorebill.NewID(s.options.Rand, platformcorebill.CompanyID)
	return store.Company{
		ID: id, OrganizationID: organizationID, Name: name, Slug: corebill.Slug(name),
		Currency: "USD", InvoicePrefix: "INV", QuotePrefix: "QUO", CreatedAt: s.options.Now().UTC(),
	}, err
}

func (s *Server) makeMerchant(ctx context.Context) (store.Merchant, store.TeamMember, error) {
	now := s.options.Now().UTC()
	id, err := platformbillium.NewID(s.options.Rand, platformbillium.MerchantID)
	merchant := store.Merchant{ID: id, Name: "My Store", CreatedAt: now}
	if err == nil {
		err = s.store.Merchants().Insert(ctx, merchant)
	}
	if err != nil {
		return merchant, store.TeamMember{}, err
	}
	memberID, err := platformbillium.NewID(s.options.Rand, platformbillium.TeamMemberID)
	owner := store.TeamMember{ID: memberID, MerchantID: id, Email: "owner@example.com", Role: platformbillium.Owner, JoinedAt: now}
	if err == nil {
		err = s.store.TeamMembers(owner.MerchantID).Insert(ctx, owner)
	}
	return merchant, owner, err
}

// Handover is what a server hands to its clients' owner.
type Handover struct {
	Credentials Credentials
	// Minted tells that the keys are new, because there was no credentials file.
	Minted bool
	// Warnings are about keys that are kept although they no longer work.
	Warnings []string
}

// handover returns what the credentials file holds, or new keys where there is
// no file.
func (s *Server) handover(ctx context.Context) (Handover, error) {
	kept, err := s.kept(ctx)
	if !errors.Is(err, fs.ErrNotExist) {
		return kept, err
	}
	// Keys whose tokens can't be handed over would live on, unknown to anyone.
	if err := writable(s.options.CredentialsFile); err != nil {
		return kept, err
	}
	minted, err := s.mint(ctx)
	return Handover{Credentials: minted, Minted: true}, err
}

// kept returns what the credentials file holds: fs.ErrNotExist where there is
// none. A file that is not this database's is another error: its tokens may be
// all that is known of that other one.
func (s *Server) kept(ctx context.Context) (Handover, error) {
	if s.options.CredentialsFile == "" {
		return Handover{}, fs.ErrNotExist
	}
	c, err := ReadCredentials(s.options.CredentialsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Handover{}, err
	}
	if err != nil {
		return Handover{}, fmt.Errorf("%w; delete the file to get new keys, or name another", err)
	}
	warnings, err := s.check(ctx, c)
	if !slices.ContainsFunc(s.world.companies, func(company store.Company) bool { return company.ID == c.Corebill.CompanyID }) {
		first := s.world.companies[0].ID
		warnings = append(warnings, fmt.Sprintf("The company %s in %s is gone: it says %s now.",
			c.Corebill.CompanyID, s.options.CredentialsFile, first))
		c.Corebill.CompanyID = first
	}
	return Handover{Credentials: c, Warnings: warnings}, err
}

// check refuses keys that this database does not know and warns of those that
// it no longer accepts.
func (s *Server) check(ctx context.Context, c Credentials) (warnings []string, err error) {
	foreign := func(platform string) error {
		return fmt.Errorf("the %s key in the credentials file %s is not one of this database: "+
			"name the database that it belongs to or another credentials file, or delete the file to get new keys",
			platform, s.options.CredentialsFile)
	}
	unusable := func(platform string) {
		warnings = append(warnings, fmt.Sprintf("The %s key in %s is revoked or disabled. Delete the file and start again to get new keys.",
			platform, s.options.CredentialsFile))
	}
	corebillKeys, err := s.store.CorebillCandidates(ctx, platformcorebill.KeyPrefix(c.Corebill.APIKey), c.Corebill.CompanyID)
	if err != nil {
		return nil, err
	}
	found := secret.Find(c.Corebill.APIKey, corebillKeys, func(k store.CorebillCandidate) string { return k.TokenHash })
	if found < 0 {
		return nil, foreign("Corebill")
	}
	if corebillKeys[found].RevokedAt != nil || corebillKeys[found].Disabled {
		unusable("Corebill")
	}
	billiumKeys, err := s.store.BilliumCandidates(ctx, platformbillium.KeyPrefix(c.Billium.APIKey))
	if err != nil {
		return nil, err
	}
	found = secret.Find(c.Billium.APIKey, billiumKeys, func(k store.BilliumKey) string { return k.TokenHash })
	if found < 0 {
		return nil, foreign("Billium")
	}
	if billiumKeys[found].RevokedAt != nil || !billiumKeys[found].IsActive {
		unusable("Billium")
	}
	return warnings, nil
}

// mint makes one key per platform: an organization's admin key, and a secret key
// that inherits everything from the OWNER.
func (s *Server) mint(ctx context.Context) (Credentials, error) {
	corebillKey, corebillToken, err := corebill.NewKey(s.corebill)
	if err != nil {
		return Credentials{}, err
	}
	corebillKey.OrganizationID, corebillKey.Level = s.world.organization.ID, platformcorebill.Admin
	corebillKey.Name, corebillKey.CreatedBy = bootstrapKeyName, dashboard

	billiumKey, billiumToken, err := billium.NewKey(s.billium, platformbillium.Secret)
	if err != nil {
		return Credentials{}, err
	}
	billiumKey.MerchantID, billiumKey.MemberID = s.world.merchant.ID, s.world.owner.ID
	billiumKey.Name, billiumKey.CreatedBy = bootstrapKeyName, s.world.owner.ID

	err = s.store.InTx(ctx, func(ctx context.Context) error {
		return errors.Join(s.store.CorebillKeys().Insert(ctx, corebillKey), s.store.BilliumKeys().Insert(ctx, billiumKey))
	})
	return Credentials{
		Corebill: CorebillCredentials{APIKey: corebillToken, CompanyID: s.world.companies[0].ID},
		Billium:  BilliumCredentials{APIKey: billiumToken, MerchantID: s.world.merchant.ID},
	}, err
}

// Credentials is the content of the credentials file: what a client of each
// platform needs. It holds tokens.
type Credentials struct {
	Corebill CorebillCredentials `json:"corebill"`
	Billium  BilliumCredentials  `json:"billium"`
}

// CorebillCredentials is what a client of Corebill needs.
type CorebillCredentials struct {
	// BaseURL has no /v1.
	BaseURL   string `json:"base_url"`
	APIKey    string `json:"api_key"`
	CompanyID string `json:"company_id"`
}

// BilliumCredentials is what a client of Billium needs.
type BilliumCredentials struct {
	// BaseURL has no /v1.
	BaseURL    string `json:"base_url"`
	APIKey     string `json:"api_key"`
	MerchantID string `json:"merchant_id"`
}

// ReadCredentials reads a credentials file. The error says what is wrong with it,
// never what is in it; it is fs.ErrNotExist where there is no file.
func ReadCredentials(path string) (Credentials, error) {
	var c Credentials
	content, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("reading the credentials: %w", err)
	}
	if err := json.Unmarshal(content, &c); err != nil {
		// The decoder's own text may quote what it met.
		return Credentials{}, fmt.Errorf("the credentials file %s is not the JSON that the sandbox writes", path)
	}
	for name, value := range map[string]string{
		"corebill.api_key": c.Corebill.APIKey, "corebill.company_id": c.Corebill.CompanyID,
		"billium.api_key": c.Billium.APIKey, "billium.merchant_id": c.Billium.MerchantID,
	} {
		if value == "" {
			return Credentials{}, fmt.Errorf("the credentials file %s has no %s", path, name)
		}
	}
	return c, nil
}

// writable reports why a credentials file could not be written, if that is so;
// "" is nowhere, and always possible.
func writable(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the credentials: %w", err)
	}
	return errors.Join(file.Close(), remove(file.Name()))
}

// writeCredentials replaces the file in one step, readable by its owner only.
func writeCredentials(path string, c Credentials) (err error) {
	content, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the credentials: %w", err)
	}
	// CreateTemp makes the file with mode 0600.
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the credentials: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing the credentials: %w", err), remove(file.Name()))
		}
	}()
	if _, err := file.Write(append(content, '\n')); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
