package corebill

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// What the shared resource asks of keys beside the one in place.

func (k *apiKeys) Ledger() *configured.Ledger { return &k.Corebill.Ledger }

func (k *apiKeys) Now() time.Time { return k.Client.PlatformNow() }

// Renew has nothing to do: all that a new key has is declared.
func (k *apiKeys) Renew(*apiKeyModel) {}

func (k *apiKeys) Lacks(ctx context.Context) (string, error) {
	standing, err := k.Standing(ctx)
	if err == nil && !standing.Admin {
		return "the level admin", nil
	}
	return "", err
}

func (k *apiKeys) SameName(ctx context.Context, m *apiKeyModel, which apikey.Which) (keys []apikey.Key, known bool, err error) {
	if m.CompanyID.IsUnknown() {
		return nil, false, nil
	}
	scope, err := k.scope(ctx, m.CompanyID)
	if err != nil {
		return nil, false, err
	}
	if which == apikey.Fresh {
		k.ForgetKeys(scope)
	}
	list := k.AllKeys
	if which == apikey.Newest {
		list = k.Keys().First
	}
	all, err := list(ctx, scope)
	if err = unreachable(ctx, k.Corebill, "keys", m.CompanyID, err); errors.Is(err, client.ErrNotFound) {
		return nil, true, nil // the company is gone, and its keys with it
	}
	for _, key := range all {
		if types.StringPointerValue(key.CompanyID).Equal(m.CompanyID) && apikey.IsNamed(m.CompanyID.ValueString(), m.Name.ValueString(), key.Name) {
			keys = append(keys, sharedKey(key))
		}
	}
	return keys, true, err
}

func (k *apiKeys) SaysReplaced(ctx context.Context, companyID types.String, id string) (bool, error) {
	scope, err := k.scope(ctx, companyID)
	if err != nil {
		return false, err
	}
	return k.Corebill.SaysReplaced(ctx, scope, id)
}

func (k *apiKeys) Find(ctx context.Context, companyID types.String, id string, fresh bool) (apikey.Key, error) {
	if fresh {
		return k.find(ctx, k.Client, companyID, id)
	}
	key, err := k.shared(ctx, companyID, id)
	return sharedKey(key), err
}

// shared returns a key as all resources of the run share it.
func (k *apiKeys) shared(ctx context.Context, companyID types.String, id string) (corebillapi.APIKey, error) {
	var key corebillapi.APIKey
	_, err := k.within(ctx, companyID, func(scope string) (err error) {
		key, err = k.Keys().Get(ctx, scope, id)
		return err
	})
	return key, unreachable(ctx, k.Corebill, "key", companyID, err)
}

// wrote takes in what came of a write to a key; key is nil where it failed.
func (k *apiKeys) wrote(scope, id string, key *corebillapi.APIKey) {
	k.Keys().Update(scope, id, key)
}

func (k *apiKeys) Inspect(ctx context.Context, companyID types.String, id, comment string) error {
	_, err := k.find(ctx, k.Client.WithComment(comment), companyID, id)
	return err
}

func (k *apiKeys) find(ctx context.Context, through *corebill.Client, companyID types.String, id string) (apikey.Key, error) {
	var key *corebillapi.APIKey
	_, err := k.within(ctx, companyID, func(scope string) (err error) {
		key, err = through.GetAPIKey(ctx, scope, id)
		return err
	})
	if err != nil {
		return apikey.Key{}, unreachable(ctx, k.Corebill, "key", companyID, err)
	}
	return sharedKey(*key), nil
}

func (k *apiKeys) Requests(ctx context.Context, companyID types.String, filter apikey.RequestFilter) iter.Seq2[rotation.Row, error] {
	scope, err := k.scope(ctx, companyID)
	if err != nil {
		return func(yield func(rotation.Row, error) bool) { yield(rotation.Row{}, err) }
	}
	rows := k.Client.APILogs(ctx, scope, corebill.LogFilter{
		APIKeyID: filter.KeyID, CreatedAfter: filter.From, CreatedBefore: filter.To, PageSize: min(filter.Limit, corebill.PageSize),
	})
	return apikey.Requests(rows, filter.Limit, func(row corebillapi.APILog) rotation.Row {
		return rotation.Row{At: row.CreatedAt, Method: row.Method, Path: row.Path, Status: row.Status, IP: row.IP, UserAgent: row.UserAgent}
	})
}

// Verify lists the companies with the token, which every level may, and names the
// key's own, so that a credential of that company sees the request in its log.
func (k *apiKeys) Verify(ctx context.Context, companyID types.String, id string, token client.Secret) error {
	scope, err := k.scope(ctx, companyID)
	if err != nil {
		return err
	}
	own, err := k.Client.WithCredential(token)
	if err != nil {
		return err
	}
	return own.WithComment(rotation.Verifies(id)).VerifyIn(ctx, scope)
}
