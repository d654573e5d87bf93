package billium

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const permissionSetsPart = "permission-sets"

// PermissionSets yields the merchant's permission sets, newest first, page by
// page. An error is the last thing it yields.
func (c *Client) PermissionSets(ctx context.Context, merchantID string) iter.Seq2[billiumapi.PermissionSet, error] {
	return walk(func(set billiumapi.PermissionSet) string { return set.ID }, func(number int) (page[billiumapi.PermissionSet], error) {
		got, err := c.PermissionSetPage(ctx, merchantID, number)
		return page[billiumapi.PermissionSet](got), err
	})
}

// PermissionSetPage returns a page of up to PageSize permission sets, counted from
// 1. One request.
func (c *Client) PermissionSetPage(ctx context.Context, merchantID string, number int) (billiumapi.PermissionSetPage, error) {
	got, err := list[billiumapi.PermissionSet](ctx, c, at(merchantID, permissionSetsPart), url.Values{}, number, PageSize)
	return billiumapi.PermissionSetPage(got), err
}

// GetPermissionSet returns a permission set.
func (c *Client) GetPermissionSet(ctx context.Context, merchantID, setID string) (*billiumapi.PermissionSet, error) {
	return c.permissionSet(ctx, http.MethodGet, merchantID, setID, nil)
}

// CreatePermissionSet creates a permission set. With an idempotency key a
// creation whose answer is lost is repeated without a second set.
func (c *Client) CreatePermissionSet(ctx context.Context, merchantID string, set billiumapi.CreatePermissionSetRequest, idempotencyKey string) (*billiumapi.PermissionSet, error) {
	var created billiumapi.PermissionSet
	err := c.http.Do(ctx, client.Request{
		Method: http.MethodPost, Path: at(merchantID, permissionSetsPart), Body: set, IdempotencyKey: idempotencyKey, SeeThrough: true,
		Check: func() error {
			if !billium.ValidID(billium.PermissionSetID, created.ID) {
				return errors.New("it has no valid permission set id")
			}
			return nil
		},
	}, &created)
	if err != nil {
		return nil, err
	}
	return &created, nil
}

// UpdatePermissionSet changes what the request names, for all of the set's
// holders at once.
func (c *Client) UpdatePermissionSet(ctx context.Context, merchantID, setID string, change billiumapi.UpdatePermissionSetRequest) (*billiumapi.PermissionSet, error) {
	return c.permissionSet(ctx, http.MethodPatch, merchantID, setID, change)
}

// DeletePermissionSet deletes a permission set. client.ErrConflict tells that it
// is in use, its message by whom.
func (c *Client) DeletePermissionSet(ctx context.Context, merchantID, setID string) error {
	return c.remove(ctx, at(merchantID, permissionSetsPart, setID), setID)
}

func (c *Client) permissionSet(ctx context.Context, method, merchantID, setID string, body any) (*billiumapi.PermissionSet, error) {
	var set billiumapi.PermissionSet
	err := c.http.Do(ctx, client.Request{
		Method: method, Path: at(merchantID, permissionSetsPart, setID), Body: body,
		Check: func() error { return sameID(set.ID, setID) },
	}, &set)
	if err != nil {
		return nil, err
	}
	return &set, nil
}
