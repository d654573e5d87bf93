package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

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
