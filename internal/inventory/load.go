package inventory

import (
	"fmt"
	"os"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

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

// secret reads a credential from where an entry of the file says. source is how
// messages name the place.
func (e entry) secret(getenv func(string) string) (key client.Secret, source string, err error) {
	switch {
	case e.APIKeyEnv != "" && e.APIKeyFile != "":
		return key, "", fmt.Errorf("it has both api_key_env and api_key_file: leave one out")
	case e.APIKeyEnv != "":
		value := getenv(e.APIKeyEnv)
		if value == "" {
			return key, "", fmt.Errorf("its api_key_env names the variable %s, which is not set", e.APIKeyEnv)
		}
		return client.NewSecret(value), e.APIKeyEnv, nil
	case e.APIKeyFile != "":
		content, err := os.ReadFile(e.APIKeyFile)
		if err != nil {
			return key, "", fmt.Errorf("reading its api_key_file: %w", err)
		}
		return client.NewSecret(strings.TrimSpace(string(content))), e.APIKeyFile, nil
	default:
		return key, "", fmt.Errorf("it has neither api_key_env (the name of a variable) nor api_key_file (a path): tokens themselves do not belong into the file")
	}
}
