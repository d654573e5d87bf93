package billium

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// What the shared resource asks of keys beside the one in place.

func (k *apiKeys) Ledger() *configured.Ledger { return &k.Billium.Ledger }

func (k *apiKeys) Now() time.Time { return k.Client.PlatformNow() }

// Renew leaves open what a set grants to a new key: the set may change in the same
// apply.
func (k *apiKeys) Renew(plan *apiKeyModel) {
	if plan.PermissionSetID.ValueString() != "" {
		plan.EffectivePermissions = types.SetUnknown(types.StringType)
	}
}

// managing are the permissions that a creation takes.
var managing = []platform.Permission{"api_key:create", "api_key:edit", "api_key:delete"}

func (k *apiKeys) Lacks(ctx context.Context) (string, error) {
	current, err := k.Current(ctx)
	if err != nil {
		return "", err
	}
	missing := platform.Missing(fromAPI(current.EffectivePermissions), managing)
	return strings.Join(platform.Names(missing), ", "), nil
}

func (k *apiKeys) SameName(ctx context.Context, m *apiKeyModel, which apikey.Which) (keys []apikey.Key, known bool, err error) {
	if m.MerchantID.IsUnknown() {
		return nil, false, nil
	}
	if which == apikey.Fresh {
		k.ForgetKeys()
	}
	list := k.AllKeys
	if which == apikey.Newest {
		list = k.newest
	}
	all, err := list(ctx)
	for _, key := range all {
		if apikey.IsNamed(m.MerchantID.ValueString(), m.Name.ValueString(), key.Name) {
			keys = append(keys, sharedKey(key))
		}
	}
	return keys, true, err
}

func (k *apiKeys) SaysReplaced(ctx context.Context, merchantID types.String, id string) (bool, error) {
	return k.Billium.SaysReplaced(ctx, merchantID.ValueString(), id)
}

func (k *apiKeys) newest(ctx context.Context) ([]billiumapi.APIKey, error) {
	return k.Keys().First(ctx, k.MerchantID)
}

func (k *apiKeys) Find(ctx context.Context, merchantID types.String, id string, fresh bool) (apikey.Key, error) {
	if fresh {
		return k.find(ctx, k.Client, merchantID, id)
	}
	key, err := k.shared(ctx, merchantID, id)
	return sharedKey(key), err
}

// shared returns a key as all resources of the run share it.
func (k *apiKeys) shared(ctx context.Context, merchantID types.String, id string) (billiumapi.APIKey, error) {
	if err := checkMerchant(k.Billium, "key", merchantID.ValueString()); err != nil {
		return billiumapi.APIKey{}, err
	}
	return k.Keys().Get(ctx, k.MerchantID, id)
}

// wrote takes in what came of a write to a key; key is nil where it failed.
func (k *apiKeys) wrote(id string, key *billiumapi.APIKey) {
	k.Keys().Update(k.MerchantID, id, key)
}

func (k *apiKeys) Inspect(ctx context.Context, merchantID types.String, id, comment string) error {
	_, err := k.find(ctx, k.Client.WithComment(comment), merchantID, id)
	return err
}

func (k *apiKeys) find(ctx context.Context, through *billium.Client, merchantID types.String, id string) (apikey.Key, error) {
	if err := checkMerchant(k.Billium, "key", merchantID.ValueString()); err != nil {
		return apikey.Key{}, err
	}
	key, err := through.GetAPIKey(ctx, merchantID.ValueString(), id)
	if err != nil {
		return apikey.Key{}, err
	}
	return sharedKey(*key), nil
}

func (k *apiKeys) Requests(ctx context.Context, merchantID types.String, filter apikey.RequestFilter) iter.Seq2[rotation.Row, error] {
	rows := k.Client.APILogs(ctx, merchantID.ValueString(), billium.LogFilter{
		APIKeyID: filter.KeyID, CreatedAfter: filter.From, CreatedBefore: filter.To, PageSize: min(filter.Limit, billium.PageSize),
	})
	return apikey.Requests(rows, filter.Limit, func(row billiumapi.APILog) rotation.Row {
		return rotation.Row{At: row.CreatedAt, Method: row.Method, Path: row.Path, Status: row.Status, IP: row.IP, UserAgent: row.UserAgent}
	})
}

// Verify asks Billium which key the token is.
func (k *apiKeys) Verify(ctx context.Context, merchantID types.String, id string, token client.Secret) error {
	own, err := k.Client.WithCredential(token)
	if err != nil {
		return err
	}
	current, err := own.WithComment(rotation.Verifies(id)).CurrentAPIKey(ctx, merchantID.ValueString())
	if err == nil && current.ID != id {
		err = fmt.Errorf("%w: the token of %s is that of %s", apikey.ErrOtherKey, id, current.ID)
	}
	return err
}
