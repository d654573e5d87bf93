package billium

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// apiKeys are Billium's keys as the shared resource sees them.
type apiKeys struct{ providerdata.ToBillium }

var _ apikey.Platform[apiKeyModel] = (*apiKeys)(nil)

func (k *apiKeys) ScopeOf(m *apiKeyModel) types.String { return m.MerchantID }

// IsCaller reports whether a key is the one that the provider itself uses.
func (k *apiKeys) IsCaller(ctx context.Context, key apikey.KeyRef) (bool, error) {
	return k.IsCallerKey(ctx, key.ID)
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
	planned := *to
	if request == (billiumapi.UpdateAPIKeyRequest{}) {
		to.Permissions, to.PermissionSetID, to.EffectivePermissions = from.Permissions, from.PermissionSetID, from.EffectivePermissions
		to.keepPlanned(planned)
		return from.Key(), nil
	}
	key, err := k.Client.WithComment(comment).UpdateAPIKey(ctx, from.MerchantID.ValueString(), from.ID.ValueString(), request)
	k.wrote(from.ID.ValueString(), key)
	if err != nil {
		return apikey.Key{}, err
	}
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
	if after != nil && (!platform.Equal(before, platform.Of(*after)) || !from.PermissionSetID.IsNull()) {
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
		k.Claims().Revoke(id)
	}
	return err
}

func (k *apiKeys) Each(ctx context.Context, _ string) iter.Seq2[apikey.Listed[apiKeyModel], error] {
	return providerdata.Map(k.Client.APIKeys(ctx, k.MerchantID, billium.KeyFilter{}), listed)
}

func listed(key billiumapi.APIKey) (found apikey.Listed[apiKeyModel]) {
	found.Key = found.Model.adopt(key)
	return found
}

// adopt writes what Billium says of the key.
func (m *apiKeyModel) adopt(key billiumapi.APIKey) apikey.Key {
	effective := platform.Of(key.Permissions)
	m.PermissionSetID = types.StringPointerValue(key.PermissionSetID)
	m.Permissions = patternsOf(effective)
	if key.PermissionSetID != nil {
		m.Permissions = noPatterns
	}
	m.EffectivePermissions, m.PermissionsFrom = providerdata.SetOf(effective), m.source()
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

// What the shared resource asks of keys beside the one in place.

func (k *apiKeys) Claims() *providerdata.Claims { return &k.Billium.Claims }

func (k *apiKeys) Now() time.Time { return k.Client.PlatformNow() }

// managing are the permissions that a creation takes.
var managing = []platform.Permission{"api_key:create", "api_key:edit", "api_key:delete"}

func (k *apiKeys) Lacks(ctx context.Context) (string, error) {
	current, err := k.Current(ctx)
	if err != nil {
		return "", err
	}
	missing := platform.Missing(platform.Of(current.EffectivePermissions), managing)
	return strings.Join(platform.Names(missing), ", "), nil
}

func (k *apiKeys) SameName(ctx context.Context, m *apiKeyModel, which apikey.ListMode) (keys []apikey.Key, known bool, err error) {
	if m.MerchantID.IsUnknown() {
		return nil, false, nil
	}
	if which == apikey.Fresh {
		k.InvalidateKeys()
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
