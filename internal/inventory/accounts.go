// Package inventory is the one reader of accounts: the credentials, from the variables
// that the provider reads or from a file that names many; everything that is live in
// their accounts, as a stream that names what could not be read; what was done with the
// keys; and which of them a token or a credential is, for certain or not at all.
package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// Accounts is every account that is configured.
type Accounts struct {
	Corebill []CorebillAccount
	Billium  []BilliumAccount
}

// CorebillAccount is what one Corebill credential gives access to.
type CorebillAccount struct {
	// Name tells accounts apart: the file's, or "corebill" for that of the
	// environment.
	Name   string
	Client *corebill.Client
	// CompanyIDs options the account to these companies; nil: all that the
	// credential reaches.
	CompanyIDs []string
	// DefaultCompany is COREBILL_COMPANY_ID; "" where it is not set. It narrows
	// nothing.
	DefaultCompany string
	// Credential is the account's own key.
	Credential client.Secret
	// Source is where the credential comes from: a variable's or a file's name.
	Source string
}

// BilliumAccount is what one Billium credential gives access to.
type BilliumAccount struct {
	// Name tells accounts apart: the file's, or "billium" for that of the
	// environment.
	Name       string
	Client     *billium.Client
	MerchantID string
	// Credential is the account's own key.
	Credential client.Secret
	// Source is where the credential comes from: a variable's or a file's name.
	Source string
}

// Empty reports whether nothing is configured.
func (a *Accounts) Empty() bool { return len(a.Corebill) == 0 && len(a.Billium) == 0 }

// Companies returns the companies of the account, newest first: all that its
// credential reaches, or those of them that CompanyIDs name. A named one that
// the credential doesn't reach is an error, and so is reaching none.
func (a CorebillAccount) Companies(ctx context.Context) ([]corebillapi.Company, error) {
	companies, err := a.Client.Companies(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the companies of the account %q: %w", a.Name, err)
	}
	for _, id := range a.CompanyIDs {
		if !slices.ContainsFunc(companies, func(c corebillapi.Company) bool { return c.ID == id }) {
			return nil, fmt.Errorf("the account %q names the company %s, which its credential doesn't reach", a.Name, id)
		}
	}
	if a.CompanyIDs != nil {
		companies = slices.DeleteFunc(companies, func(c corebillapi.Company) bool { return !slices.Contains(a.CompanyIDs, c.ID) })
	}
	if len(companies) == 0 {
		return nil, fmt.Errorf("the credential of the account %q reaches no company", a.Name)
	}
	return companies, nil
}

// ErrNoAccount tells that no account is configured at all.
var ErrNoAccount = errors.New("there is no credential: set COREBILL_API_KEY, or BILLIUM_API_KEY and BILLIUM_MERCHANT_ID, or name a file with --accounts (keyward doctor tells more)")

// Load returns the accounts of the file or, where none is named, those of the
// variables that the provider reads. It makes no request. No account at all is
// ErrNoAccount. options are every client's; its BaseURL and APIKey are overwritten.
func Load(file string, getenv func(string) string, options client.Options) (*Accounts, error) {
	var accounts *Accounts
	var err error
	if file == "" {
		accounts, err = fromEnvironment(getenv, options)
	} else {
		accounts, err = fromFile(file, getenv, options)
	}
	if err != nil {
		return nil, err
	}
	if accounts.Empty() {
		return nil, ErrNoAccount
	}
	return accounts, nil
}

func fromEnvironment(getenv func(string) string, options client.Options) (*Accounts, error) {
	accounts := &Accounts{}
	if key := getenv("COREBILL_API_KEY"); key != "" {
		company := getenv("COREBILL_COMPANY_ID")
		if err := naming.CheckID("COREBILL_COMPANY_ID", company); err != nil {
			return nil, err
		}
		a, err := newCorebill("corebill", client.NewSecret(key), getenv("COREBILL_BASE_URL"), options)
		if err != nil {
			return nil, fmt.Errorf("COREBILL_API_KEY, COREBILL_BASE_URL: %w", err)
		}
		a.Source, a.DefaultCompany = "COREBILL_API_KEY", company
		accounts.Corebill = append(accounts.Corebill, a)
	}
	key, merchant := getenv("BILLIUM_API_KEY"), getenv("BILLIUM_MERCHANT_ID")
	switch {
	case key == "":
		return accounts, nil
	case merchant == "":
		return nil, fmt.Errorf("BILLIUM_API_KEY is set and BILLIUM_MERCHANT_ID isn't: set it to the merchant's id (mer_…)")
	}
	if err := naming.CheckID("BILLIUM_MERCHANT_ID", merchant); err != nil {
		return nil, err
	}
	a, err := newBillium("billium", client.NewSecret(key), merchant, getenv("BILLIUM_BASE_URL"), options)
	if err != nil {
		return nil, fmt.Errorf("BILLIUM_API_KEY, BILLIUM_BASE_URL: %w", err)
	}
	a.Source = "BILLIUM_API_KEY"
	accounts.Billium = append(accounts.Billium, a)
	return accounts, nil
}

func newCorebill(name string, key client.Secret, baseURL string, options client.Options) (CorebillAccount, error) {
	options.APIKey, options.BaseURL = key, baseURL
	c, err := corebill.New(options)
	return CorebillAccount{Name: name, Client: c, Credential: key}, err
}

func newBillium(name string, key client.Secret, merchant, baseURL string, options client.Options) (BilliumAccount, error) {
	options.APIKey, options.BaseURL = key, baseURL
	c, err := billium.New(options)
	return BilliumAccount{Name: name, Client: c, MerchantID: merchant, Credential: key}, err
}
