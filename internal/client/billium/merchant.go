package billium

import (
	"context"
	"fmt"
	"net/http"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// GetMerchant returns the merchant.
func (c *Client) GetMerchant(ctx context.Context, merchantID string) (*billiumapi.Merchant, error) {
	var merchant billiumapi.Merchant
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodGet, Path: at(merchantID),
		Check: func() error { return sameID(merchant.ID, merchantID) },
	}, &merchant)
	if err != nil {
		return nil, err
	}
	return &merchant, nil
}

// sameID refuses an answer about another object than the one asked for.
func sameID(got, want string) error {
	if got != want {
		return fmt.Errorf("it is about %q", got)
	}
	return nil
}
