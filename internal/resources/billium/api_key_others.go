package billium

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// What the shared resource asks of keys beside the one in place.

func (k *apiKeys) Ledger() *configured.Ledger { return &k.Billium.Ledger }

func (k *apiKeys) Now() time.Time { return k.Billium.Now() }

// Renew leaves open what a set grants to a new key: the set may change in the same
// apply.
func (k *apiKeys) Renew(plan *apiKeyModel) {
	if plan.PermissionSetID.ValueString() != "" {
		plan.EffectivePermissions = types.SetUnknown(types.StringType)
	}
}

func (k *apiKeys) Namesakes(ctx context.Context, m *apiKeyModel, which apikey.Which) (keys []apikey.Namesake, known bool, err error) {
	if m.MerchantID.IsUnknown() || m.Type.IsUnknown() || m.PermissionSetID.IsUnknown() {
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
		if rotation.Named(key.Name, m.Name.ValueString()) {
			keys = append(keys, apikey.Namesake{Key: sharedKey(key), Alike: alike(m, key)})
		}
	}
	return keys, true, err
}

// alike reports whether a key is what is declared. One whose permissions are not
// declared has those of its creator, which may have changed since.
func alike(m *apiKeyModel, key billiumapi.APIKey) bool {
	if m.Type.ValueString() != string(key.Type) || m.PermissionSetID.ValueString() != value(key.PermissionSetID) {
		return false
	}
	wanted, known := expand(m.Permissions)
	return !known || slices.Equal(wanted, fromAPI(key.Permissions))
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (k *apiKeys) Creators(ctx context.Context, _ *apiKeyModel) ([]string, error) {
	current, err := k.Current(ctx)
	if err != nil {
		return nil, err
	}
	return []string{current.ID}, nil
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
	k.Keys().Wrote(k.MerchantID, id, key)
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

func (k *apiKeys) Uses(ctx context.Context, merchantID types.String, id string, limit int, before time.Time) iter.Seq2[apikey.Use, error] {
	filter := billium.LogFilter{APIKeyID: id, CreatedBefore: before, PageSize: min(limit, billium.PageSize)}
	return apikey.UsesOf(k.Client.APILogs(ctx, merchantID.ValueString(), filter), limit, func(row billiumapi.APILog) apikey.Use {
		return apikey.Use{At: row.CreatedAt, Path: row.Path, IP: row.IP, UserAgent: row.UserAgent, Status: row.Status}
	})
}

func (k *apiKeys) Prove(ctx context.Context, merchantID types.String, token client.Secret) error {
	own, err := k.Client.WithCredential(token)
	if err != nil {
		return err
	}
	return own.Verify(ctx, merchantID.ValueString())
}
