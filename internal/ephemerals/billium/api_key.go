// Package billium has the ephemeral resources of Billium.
package billium

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/ephemerals/apikey"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKey)(nil)
	_ ephemeral.EphemeralResourceWithRenew     = (*apiKey)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKey)(nil)
	_ apikey.Platform[apiKeyModel]             = (*apiKeys)(nil)
)

// NewAPIKey returns the ephemeral resource keyward_billium_api_key.
func NewAPIKey() ephemeral.EphemeralResource {
	return &apiKey{apikey.Resource[apiKeyModel, *apiKeyModel]{Type: "billium_api_key", Name: "Billium", Platform: &apiKeys{}}}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
}

type apiKeyModel struct {
	apikey.Attributes
	MerchantID      types.String `tfsdk:"merchant_id"`
	Permissions     []string     `tfsdk:"permissions"`
	PermissionSetID types.String `tfsdk:"permission_set_id"`
}

func (r *apiKey) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = apikey.Schema("Billium", map[string]schema.Attribute{
		"merchant_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Merchant that the key belongs to: the provider's."},
		"permissions": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What the key may do: permissions, or wildcards: `invoice:*`, `*:view`, `*`. " +
				"Where neither it nor `permission_set_id` is set, the key may do all that the provider's own key may. The key is always a secret one.",
			Validators: append(validate.Words("permission", validate.Parsed(platform.Expand)), setvalidator.ConflictsWith(path.MatchRoot("permission_set_id"))),
		},
		"permission_set_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Permission set to take the permissions from (`pset_…`).",
		},
	})
}

// apiKeys are Billium's keys as the shared ephemeral resource sees them.
type apiKeys struct{ providerdata.ToBillium }

// Now returns this machine's time.
func (k *apiKeys) Now() time.Time { return k.Clock()() }

// PlatformNow returns Billium's time.
func (k *apiKeys) PlatformNow() time.Time { return k.Client.PlatformNow() }

// Scope returns the merchant.
func (k *apiKeys) Scope(_ context.Context, m *apiKeyModel) (scope, owner string, err error) {
	m.MerchantID = types.StringValue(k.MerchantID)
	return k.MerchantID, k.MerchantID, nil
}

// MayManage asks Billium what the provider's key may do. Where that is not known,
// nothing is said against it.
func (k *apiKeys) MayManage(ctx context.Context, _ string) error {
	current, err := k.Current(ctx)
	if err != nil {
		return nil //nolint:nilerr // the creation itself tells
	}
	var missing []string
	for _, needed := range []platform.Permission{platform.APIKeyCreate, "api_key:edit", "api_key:delete"} {
		if !slices.Contains(current.EffectivePermissions, billiumapi.Permission(needed)) {
			missing = append(missing, string(needed))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the provider's key %s may not %s: an ephemeral key is created, renamed and revoked, which needs api_key:create, api_key:edit and api_key:delete",
		current.ID, strings.Join(missing, ", "))
}

// Mint creates a key.
func (k *apiKeys) Mint(ctx context.Context, scope string, m *apiKeyModel, name string) (apikey.Minted, error) {
	request, err := m.createRequest(name)
	if err != nil {
		return apikey.Minted{}, err
	}
	created, err := k.Client.CreateAPIKey(ctx, scope, request, rand.Text())
	if err != nil {
		return apikey.Minted{}, err
	}
	return apikey.Minted{Key: keyOf(created.Key), Token: created.Token}, nil
}

// createRequest asks for a secret key of that name.
func (m *apiKeyModel) createRequest(name string) (billiumapi.CreateAPIKeyRequest, error) {
	request := billiumapi.CreateAPIKeyRequest{
		Name: name, Type: new(billiumapi.KeyType(platform.Secret)), PermissionSetID: m.PermissionSetID.ValueStringPointer(),
	}
	if len(m.Permissions) == 0 {
		return request, nil
	}
	expanded, err := platform.ExpandAll(m.Permissions)
	if err != nil {
		return request, fmt.Errorf("permissions: %w", err)
	}
	request.Permissions = new(platform.As[billiumapi.Permission](expanded))
	return request, nil
}

// Rename gives a key another name.
func (k *apiKeys) Rename(ctx context.Context, scope, id, name string) (apikey.Key, error) {
	key, err := k.Client.UpdateAPIKey(ctx, scope, id, billiumapi.UpdateAPIKeyRequest{Name: &name})
	if err != nil {
		return apikey.Key{}, err
	}
	return keyOf(*key), nil
}

// Key returns a key as it is now.
func (k *apiKeys) Key(ctx context.Context, scope, id string) (apikey.Key, error) {
	key, err := k.Client.GetAPIKey(ctx, scope, id)
	if err != nil {
		return apikey.Key{}, err
	}
	return keyOf(*key), nil
}

// Keys yields the merchant's live keys.
func (k *apiKeys) Keys(ctx context.Context, scope string) iter.Seq2[apikey.Key, error] {
	return providerdata.Map(k.Client.APIKeys(ctx, scope, billium.KeyFilter{}), keyOf)
}

// Revoke revokes a key.
func (k *apiKeys) Revoke(ctx context.Context, scope, id string) error {
	return k.Client.RevokeAPIKey(ctx, scope, id)
}

func keyOf(key billiumapi.APIKey) apikey.Key {
	return apikey.Key{
		ID: key.ID, Name: key.Name, Scope: key.MerchantID, Owner: key.MerchantID, KeyPrefix: key.KeyPrefix,
		CreatedAt: key.CreatedAt, Revoked: key.RevokedAt != nil,
	}
}
