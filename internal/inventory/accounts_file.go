package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/naming"
)

// document is the form of the accounts file. Unknown fields are errors, so that
// a mistyped field doesn't widen or lose an account, and a token never gets in.
type document struct {
	Corebill []corebillEntry `json:"corebill"`
	Billium  []billiumEntry  `json:"billium"`
}

// entry is what the accounts of both platforms have.
type entry struct {
	Name       string `json:"name"`
	APIKeyEnv  string `json:"api_key_env"`
	APIKeyFile string `json:"api_key_file"`
	BaseURL    string `json:"base_url"`
}

type corebillEntry struct {
	entry

	CompanyIDs []string `json:"company_ids"`
}

type billiumEntry struct {
	entry

	MerchantID string `json:"merchant_id"`
}

func fromFile(file string, getenv func(string) string, options client.Options) (*Accounts, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the accounts: %w", err)
	}
	doc, err := parse(content)
	if err != nil {
		return nil, fmt.Errorf("the accounts file %s: %w", file, err)
	}
	accounts := &Accounts{}
	for _, e := range doc.Corebill {
		a, err := e.account(getenv, options)
		if err != nil {
			return nil, fmt.Errorf("the accounts file %s: the Corebill account %q: %w", file, e.Name, err)
		}
		accounts.Corebill = append(accounts.Corebill, a)
	}
	for _, e := range doc.Billium {
		a, err := e.account(getenv, options)
		if err != nil {
			return nil, fmt.Errorf("the accounts file %s: the Billium account %q: %w", file, e.Name, err)
		}
		accounts.Billium = append(accounts.Billium, a)
	}
	return accounts, nil
}

func parse(content []byte) (*document, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var doc document
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("it is not the JSON that it should be: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the JSON object")
	}
	var names []string
	for _, e := range doc.Corebill {
		names = append(names, e.Name)
	}
	for _, e := range doc.Billium {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	for i, name := range names {
		switch {
		case name == "":
			return nil, errors.New("an account has no name")
		case i > 0 && name == names[i-1]:
			return nil, fmt.Errorf("two accounts have the name %q", name)
		}
	}
	return &doc, nil
}

func (e corebillEntry) account(getenv func(string) string, options client.Options) (CorebillAccount, error) {
	for _, id := range e.CompanyIDs {
		if err := naming.CheckID("one of its company_ids", id); err != nil {
			return CorebillAccount{}, err
		}
	}
	key, source, err := e.secret(getenv)
	if err != nil {
		return CorebillAccount{}, err
	}
	if e.CompanyIDs != nil && len(e.CompanyIDs) == 0 {
		return CorebillAccount{}, errors.New("its company_ids are empty: leave them out for all that the credential reaches")
	}
	a, err := newCorebill(e.Name, key, e.BaseURL, options)
	a.Source, a.CompanyIDs = source, e.CompanyIDs
	return a, err
}

func (e billiumEntry) account(getenv func(string) string, options client.Options) (BilliumAccount, error) {
	if e.MerchantID == "" {
		return BilliumAccount{}, errors.New("it has no merchant_id")
	}
	if err := naming.CheckID("its merchant_id", e.MerchantID); err != nil {
		return BilliumAccount{}, err
	}
	key, source, err := e.secret(getenv)
	if err != nil {
		return BilliumAccount{}, err
	}
	a, err := newBillium(e.Name, key, e.MerchantID, e.BaseURL, options)
	a.Source = source
	return a, err
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
