package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// apiKeys are Billium's keys as the shared resource sees them.
type apiKeys struct{ configured.ToBillium }

var _ apikey.Platform[apiKeyModel] = (*apiKeys)(nil)

func (k *apiKeys) ScopeOf(m *apiKeyModel) types.String { return m.MerchantID }

// IsOwn reports whether a key is the one that the provider itself uses.
func (k *apiKeys) IsOwn(ctx context.Context, key apikey.Held) (bool, error) {
	return k.IsOwnKey(ctx, key.ID)
}

func (k *apiKeys) Uneditable(state, plan *apiKeyModel) []rotation.Property {
	return []rotation.Property{{
		Name: "type", Old: state.Type.ValueString(), New: plan.Type.ValueString(), Unknown: plan.Type.IsUnknown(),
	}}
}

func (k *apiKeys) Create(ctx context.Context, plan *apiKeyModel, name string) (apikey.Issued, error) {
	request := billiumapi.CreateAPIKeyRequest{
		Name: name,
		Type: new(billiumapi.KeyType(plan.Type.ValueString())),
	}
	var err error
	if plan.PermissionSetID.ValueString() != "" {
		request.PermissionSetID = plan.PermissionSetID.ValueStringPointer()
	} else if request.Permissions, err = granted(plan.Permissions); err != nil {
		return apikey.Issued{}, err
	}
	created, err := k.Client.CreateAPIKey(ctx, k.MerchantID, request, rand.Text())
	if err != nil {
		k.Keys().InvalidateAll() // there may be one more than was listed
		return apikey.Issued{}, err
	}
	k.Keys().Put(k.MerchantID, created.Key)
	return apikey.Issued{Key: plan.adopt(created.Key), Token: created.Token}, nil
}

func (k *apiKeys) Read(ctx context.Context, m *apiKeyModel) (apikey.Key, error) {
	key, err := k.shared(ctx, m.MerchantID, m.ID.ValueString())
	if err != nil {
		return apikey.Key{}, err
	}
	return m.adopt(key), nil
}

func (k *apiKeys) Edit(ctx context.Context, from, to *apiKeyModel, comment string) (apikey.Key, error) {
	request, err := editRequest(from, to)
	if err != nil {
		return apikey.Key{}, err
	}
	if request == (billiumapi.UpdateAPIKeyRequest{}) {
		to.EffectivePermissions = from.EffectivePermissions
		if to.Permissions.IsUnknown() {
			to.Permissions = from.Permissions
		}
		to.PermissionSetID = from.PermissionSetID
		return from.Key(), nil
	}
	key, err := k.Client.WithComment(comment).UpdateAPIKey(ctx, from.MerchantID.ValueString(), from.ID.ValueString(), request)
	k.wrote(from.ID.ValueString(), key)
	if err != nil {
		return apikey.Key{}, err
	}
	planned := *to
	made := to.adopt(*key)
	to.keepPlanned(planned)
	return made, nil
}

// keepPlanned leaves what a plan knew as it was: what someone has changed since is
// the next plan's to tell.
func (m *apiKeyModel) keepPlanned(planned apiKeyModel) {
	if !planned.Permissions.IsUnknown() {
		m.Permissions = planned.Permissions
	}
	if !planned.EffectivePermissions.IsUnknown() {
		m.EffectivePermissions = planned.EffectivePermissions
	}
	if !planned.PermissionSetID.IsUnknown() {
		m.PermissionSetID = planned.PermissionSetID
	}
	if !planned.PermissionsFrom.IsUnknown() {
		m.PermissionsFrom = planned.PermissionsFrom
	}
}

// editRequest holds what differs. Permissions differ where their meaning does,
// however they are written.
func editRequest(from, to *apiKeyModel) (billiumapi.UpdateAPIKeyRequest, error) {
	var request billiumapi.UpdateAPIKeyRequest
	if !from.Name.Equal(to.Name) {
		request.Name = to.Name.ValueStringPointer()
	}
	if !from.Enabled.Equal(to.Enabled) {
		request.IsActive = to.Enabled.ValueBoolPointer()
	}
	if set := to.PermissionSetID; set.ValueString() != "" {
		if !set.Equal(from.PermissionSetID) {
			request.PermissionSetID = set.ValueStringPointer()
		}
		return request, nil
	}
	before, _ := expand(from.EffectivePermissions)
	after, err := granted(to.Permissions)
	if after != nil && (!slices.Equal(before, fromAPI(*after)) || !from.PermissionSetID.IsNull()) {
		request.Permissions = after
	}
	return request, err
}

func (k *apiKeys) Revoke(ctx context.Context, merchantID types.String, id string) error {
	if err := checkMerchant(k.Billium, "key", merchantID.ValueString()); err != nil {
		return err
	}
	err := k.Client.RevokeAPIKey(ctx, merchantID.ValueString(), id)
	k.wrote(id, nil)
	if errors.Is(err, client.ErrNotFound) {
		err = apikey.Gone(k.find(ctx, k.Client, merchantID, id))
	}
	if err == nil {
		k.Ledger().Revoke(id)
	}
	return err
}

func (k *apiKeys) Each(ctx context.Context, _ string) iter.Seq2[apikey.Listed[apiKeyModel], error] {
	return func(yield func(apikey.Listed[apiKeyModel], error) bool) {
		for key, err := range k.Client.APIKeys(ctx, k.MerchantID, billium.KeyFilter{}) {
			var found apikey.Listed[apiKeyModel]
			found.Key = found.Model.adopt(key)
			if !yield(found, err) {
				return
			}
		}
	}
}

// adopt writes what Billium says of the key. Permissions stay written as they
// were declared while they mean what the key has.
func (m *apiKeyModel) adopt(key billiumapi.APIKey) apikey.Key {
	effective := fromAPI(key.Permissions)
	m.PermissionSetID = types.StringPointerValue(key.PermissionSetID)
	if key.PermissionSetID != nil {
		m.Permissions = types.SetNull(types.StringType)
	} else {
		m.Permissions = asDeclared(m.Permissions, effective)
	}
	m.EffectivePermissions, m.PermissionsFrom = setOf(effective), m.source()
	m.MerchantID = types.StringValue(key.MerchantID)
	m.Type = types.StringValue(string(key.Type))
	return sharedKey(key)
}

func sharedKey(key billiumapi.APIKey) apikey.Key {
	return apikey.Key{
		ID: key.ID, Name: key.Name, Enabled: key.IsActive, KeyPrefix: key.KeyPrefix,
		CreatedAt: key.CreatedAt, CreatedBy: key.CreatedBy, LastUsedAt: key.LastUsedAt, RevokedAt: key.RevokedAt,
	}
}
