package billium

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
)

// GetMerchant returns the merchant.
func (c *Client) GetMerchant(ctx context.Context, merchantID string) (*billiumapi.Merchant, error) {
	return c.merchant(ctx, http.MethodGet, merchantID, nil)
}

// UpdateMerchant changes what the request names.
func (c *Client) UpdateMerchant(ctx context.Context, merchantID string, change billiumapi.UpdateMerchantRequest) (*billiumapi.Merchant, error) {
	return c.merchant(ctx, http.MethodPatch, merchantID, change)
}

func (c *Client) merchant(ctx context.Context, method, merchantID string, body any) (*billiumapi.Merchant, error) {
	var merchant billiumapi.Merchant
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: at(merchantID), Body: body,
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

// remove deletes the object at a path.
func (c *Client) remove(ctx context.Context, path, id string) error {
	var answer billiumapi.DeletedResource
	return c.http.Do(ctx, client.Request{
		Method: http.MethodDelete, Path: path,
		Check: func() error {
			if !answer.Deleted {
				return errors.New("it doesn't say that the object is deleted")
			}
			return sameID(answer.ID, id)
		},
	}, &answer)
}
