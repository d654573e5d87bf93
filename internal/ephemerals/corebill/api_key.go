// Package corebill has the ephemeral resources of Corebill.
package corebill

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/ephemerals/apikey"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*apiKey)(nil)
	_ ephemeral.EphemeralResourceWithRenew          = (*apiKey)(nil)
	_ ephemeral.EphemeralResourceWithClose          = (*apiKey)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*apiKey)(nil)
	_ apikey.Platform[apiKeyModel]                  = (*apiKeys)(nil)
)

// NewAPIKey returns the ephemeral resource keyward_corebill_api_key.
func NewAPIKey() ephemeral.EphemeralResource {
	return &apiKey{apikey.Resource[apiKeyModel, *apiKeyModel]{Type: "corebill_api_key", Name: "Corebill", Platform: &apiKeys{}}}
}

type apiKey struct {
	apikey.Resource[apiKeyModel, *apiKeyModel]
}

type apiKeyModel struct {
	apikey.Attributes
	CompanyID       types.String `tfsdk:"company_id"`
	Organization    types.Bool   `tfsdk:"organization"`
	PermissionLevel types.String `tfsdk:"permission_level"`
}

func (r *apiKey) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = apikey.Schema("Corebill", map[string]schema.Attribute{
		"permission_level": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "What the key may do: `read` (GET), `write` (GET and POST) or `admin` (every method). " +
				"Choose the lowest that works.",
			Validators: []validator.String{validate.Word("permission level", validate.Parsed(platform.ParseLevel))},
		},
		"company_id": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validate.ID("company_id")},
			MarkdownDescription: "Company that the key belongs to; the provider's `company_id` where it is not set. Null for an organization key.",
		},
		"organization": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to create an organization key, which reaches every company; `false` where it is not set.",
		},
	})
}

// ValidateConfig refuses an organization key that names a company.
func (r *apiKey) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config apiKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if config.Organization.ValueBool() && !config.CompanyID.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("organization"), "An organization key belongs to no company",
			"An organization key reaches every company. Remove company_id, or set organization = false for a key of that one company.")
	}
}

// apiKeys are Corebill's keys as the shared ephemeral resource sees them.
type apiKeys struct{ providerdata.ToCorebill }

// Now returns this machine's time.
func (k *apiKeys) Now() time.Time { return k.Clock()() }

// PlatformNow returns Corebill's time.
func (k *apiKeys) PlatformNow() time.Time { return k.Client.PlatformNow() }

// Scope returns the company that requests about the key name. An organization
// key belongs to none, but Corebill asks for one there too.
func (k *apiKeys) Scope(ctx context.Context, m *apiKeyModel) (scope, owner string, err error) {
	switch {
	case m.CompanyID.ValueString() != "":
		return m.CompanyID.ValueString(), m.CompanyID.ValueString(), nil
	case m.Organization.ValueBool():
		scope, err = k.AnyCompany(ctx)
		return scope, "", err
	case k.CompanyUnknown:
		return "", "", errors.New("corebill.company_id in the provider block is not known yet: set company_id here, or open = terraform.applying, so that a plan needs no key")
	case k.CompanyID == "":
		return "", "", errors.New("a key belongs to one company: set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID " +
			"in the environment; or set organization = true for a key that reaches every company")
	default:
		return k.CompanyID, k.CompanyID, nil
	}
}

// MayManage asks Corebill to rename a key that there isn't: to rename and to revoke takes
// the level admin, to create only write, and nothing else tells the provider's level for
// certain. Where that is not known, nothing is said against it.
func (k *apiKeys) MayManage(ctx context.Context, scope string) error {
	id, err := platform.NewID(rand.Reader, platform.APIKeyID)
	if err != nil {
		return err
	}
	name := "keyward"
	_, err = k.Client.UpdateAPIKey(ctx, scope, id, corebillapi.UpdateAPIKeyRequest{Name: &name})
	if client.Forbidden(err) {
		return fmt.Errorf("an ephemeral key is created, renamed and revoked, which needs a provider key of the level admin: %w", err)
	}
	return nil
}

// Mint creates a key.
func (k *apiKeys) Mint(ctx context.Context, scope string, m *apiKeyModel, name string) (apikey.Minted, error) {
	request := corebillapi.CreateAPIKeyRequest{Name: name, PermissionLevel: corebillapi.PermissionLevel(m.PermissionLevel.ValueString())}
	if m.Organization.ValueBool() {
		request.CompanyID = nullable.NewNullNullable[string]()
	}
	created, err := k.Client.CreateAPIKey(ctx, scope, request)
	if err != nil {
		return apikey.Minted{}, err
	}
	m.CompanyID = types.StringPointerValue(created.Key.CompanyID)
	return apikey.Minted{Key: keyOf(scope, created.Key), Token: created.Token}, nil
}

// Rename gives a key another name.
func (k *apiKeys) Rename(ctx context.Context, scope, id, name string) (apikey.Key, error) {
	key, err := k.Client.UpdateAPIKey(ctx, scope, id, corebillapi.UpdateAPIKeyRequest{Name: &name})
	if err != nil {
		return apikey.Key{}, err
	}
	return keyOf(scope, *key), nil
}

// Key returns a key as it is now.
func (k *apiKeys) Key(ctx context.Context, scope, id string) (apikey.Key, error) {
	key, err := k.Client.GetAPIKey(ctx, scope, id)
	if err != nil {
		return apikey.Key{}, err
	}
	return keyOf(scope, *key), nil
}

// Keys yields the live keys of the company and, for an organization's key, those
// of the organization.
func (k *apiKeys) Keys(ctx context.Context, scope string) iter.Seq2[apikey.Key, error] {
	return providerdata.Map(k.Client.APIKeys(ctx, scope, corebill.KeyFilter{}), func(key corebillapi.APIKey) apikey.Key {
		return keyOf(scope, key)
	})
}

// Revoke revokes a key.
func (k *apiKeys) Revoke(ctx context.Context, scope, id string) error {
	return k.Client.RevokeAPIKey(ctx, scope, id)
}

func keyOf(scope string, key corebillapi.APIKey) apikey.Key {
	out := apikey.Key{
		ID: key.ID, Name: key.Name, Scope: scope, KeyPrefix: key.KeyPrefix, CreatedAt: key.CreatedAt, Revoked: key.RevokedAt != nil,
	}
	if key.CompanyID != nil {
		out.Owner = *key.CompanyID
	}
	return out
}
