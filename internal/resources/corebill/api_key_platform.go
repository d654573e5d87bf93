package corebill

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/configured"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// apiKeys are Corebill's keys as the shared resource sees them.
type apiKeys struct{ configured.ToCorebill }

var _ apikey.Platform[apiKeyModel] = (*apiKeys)(nil)

func (k *apiKeys) ScopeOf(m *apiKeyModel) types.String { return m.CompanyID }

// Complete resolves the company and, where the key is to belong to another one
// than before, checks that the provider's key reaches it.
func (k *apiKeys) Complete(ctx context.Context, config, state, plan *apiKeyModel) diag.Diagnostics {
	if config.Organization.IsNull() {
		plan.Organization = types.BoolValue(false)
	}
	diags := k.resolveCompany(config, plan)
	if state != nil {
		diags.Append(k.checkMove(state, plan)...)
	}
	if diags.HasError() || plan.CompanyID.IsNull() || plan.CompanyID.IsUnknown() || !k.Ready() {
		return diags
	}
	if state != nil && state.CompanyID.Equal(plan.CompanyID) {
		return diags
	}
	diags.Append(checkCompany(ctx, k.Corebill, plan.CompanyID.ValueString())...)
	return diags
}

// checkMove refuses to replace a key in another company while the plan destroys the
// company of a key that is still to be used: Terraform destroys the company first, and
// all of its keys with it, before a new key is created.
func (k *apiKeys) checkMove(state, plan *apiKeyModel) (diags diag.Diagnostics) {
	if !plan.CompanyID.Equal(state.CompanyID) && k.MovingKeys.Hold(state.CompanyID.ValueString(), state.ID.ValueString()) {
		diags.AddAttributeError(path.Root("company_id"), "The company of the current key is destroyed in the same plan", moveFirst(state.CompanyID.ValueString(), state.ID.ValueString()))
	}
	return diags
}

// moveFirst says what to do about keys in a company that is destroyed.
func moveFirst(companyID, keys string) string {
	return fmt.Sprintf("Terraform destroys company %s first, and with it %s, which is in use until the new key is rolled out. "+
		"Keep the company for now: apply the move of the key, wait until its overlap is over and the old key is revoked, and then destroy the company.", companyID, keys)
}

func (k *apiKeys) resolveCompany(config, plan *apiKeyModel) (diags diag.Diagnostics) {
	switch {
	case !config.CompanyID.IsNull():
		plan.CompanyID = config.CompanyID
	case config.Organization.IsUnknown():
		plan.CompanyID = types.StringUnknown()
	case config.Organization.ValueBool():
		plan.CompanyID = types.StringNull()
	case k.CompanyUnknown:
		plan.CompanyID = types.StringUnknown()
	case k.CompanyID == "":
		diags.AddAttributeError(path.Root("company_id"), "No Corebill company",
			"A key belongs to one company. Set company_id here, corebill.company_id in the provider block or COREBILL_COMPANY_ID "+
				"in the environment; or set organization = true for a key that reaches every company.")
	default:
		plan.CompanyID = types.StringValue(k.CompanyID)
	}
	return diags
}

func (k *apiKeys) Uneditable(state, plan *apiKeyModel) []rotation.Property {
	return []rotation.Property{
		property("permission_level", state.PermissionLevel, plan.PermissionLevel),
		property("company_id", state.CompanyID, plan.CompanyID),
	}
}

func property(name string, before, after types.String) rotation.Property {
	return rotation.Property{Name: name, Old: before.ValueString(), New: after.ValueString(), Unknown: after.IsUnknown()}
}

// Narrows finds nothing: no change in place takes anything from a Corebill key;
// another level needs another key.
func (k *apiKeys) Narrows(context.Context, *apiKeyModel, *apiKeyModel) ([]string, diag.Diagnostics) {
	return nil, nil
}

func (k *apiKeys) IsOwn(ctx context.Context, key apikey.Held) (bool, error) {
	scope, err := k.scope(ctx, key.Scope)
	if err != nil {
		return false, err
	}
	return k.IsOwnKey(ctx, configured.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: scope, Token: key.Token})
}

func (k *apiKeys) Create(ctx context.Context, plan *apiKeyModel, name string) (apikey.Issued, error) {
	request := corebillapi.CreateAPIKeyRequest{
		Name:            name,
		PermissionLevel: corebillapi.PermissionLevel(plan.PermissionLevel.ValueString()),
	}
	if plan.CompanyID.IsNull() {
		request.CompanyID = nullable.NewNullNullable[string]()
	}
	var created *corebill.CreatedAPIKey
	scope, err := k.within(ctx, plan.CompanyID, func(scope string) (err error) {
		created, err = k.Client.CreateAPIKey(ctx, scope, request)
		return err
	})
	if err != nil {
		k.Keys().Forget() // there may be one more than was listed
		return apikey.Issued{}, err
	}
	k.Keys().Put(scope, created.Key)
	return apikey.Issued{Key: plan.adopt(created.Key), Token: created.Token}, nil
}

func (k *apiKeys) Read(ctx context.Context, m *apiKeyModel) (apikey.Key, error) {
	key, err := k.shared(ctx, m.CompanyID, m.ID.ValueString())
	if err != nil {
		return apikey.Key{}, err
	}
	return m.adopt(key), nil
}

func (k *apiKeys) Edit(ctx context.Context, from, to *apiKeyModel, comment string) (apikey.Key, error) {
	var request corebillapi.UpdateAPIKeyRequest
	if !from.Name.Equal(to.Name) {
		request.Name = to.Name.ValueStringPointer()
	}
	if !from.Enabled.Equal(to.Enabled) {
		request.Disabled = new(!to.Enabled.ValueBool())
	}
	if request == (corebillapi.UpdateAPIKeyRequest{}) {
		return from.Key(), nil
	}
	var key *corebillapi.APIKey
	scope, err := k.within(ctx, to.CompanyID, func(scope string) (err error) {
		key, err = k.Client.WithComment(comment).UpdateAPIKey(ctx, scope, from.ID.ValueString(), request)
		return err
	})
	k.wrote(scope, from.ID.ValueString(), key)
	if err != nil {
		return apikey.Key{}, err
	}
	return to.adopt(*key), nil
}

func (k *apiKeys) Revoke(ctx context.Context, companyID types.String, id string) error {
	scope, err := k.within(ctx, companyID, func(scope string) error { return k.Client.RevokeAPIKey(ctx, scope, id) })
	err = unreachable(ctx, k.Corebill, "key", companyID, err)
	k.wrote(scope, id, nil)
	if errors.Is(err, client.ErrNotFound) {
		err = apikey.Gone(k.find(ctx, k.Client, companyID, id))
	}
	if err == nil {
		k.Ledger().Revoke(id)
	}
	return err
}

func (k *apiKeys) Each(ctx context.Context, companyID string) iter.Seq2[apikey.Listed[apiKeyModel], error] {
	return func(yield func(apikey.Listed[apiKeyModel], error) bool) {
		var found apikey.Listed[apiKeyModel]
		if companyID == "" {
			var err error
			if companyID, err = k.AnyCompany(ctx); err != nil {
				yield(found, err)
				return
			}
		}
		for key, err := range k.Client.APIKeys(ctx, companyID, corebill.KeyFilter{}) {
			found = apikey.Listed[apiKeyModel]{}
			found.Key = found.Model.adopt(key)
			if !yield(found, err) {
				return
			}
		}
	}
}

// scope returns the company that a request about a key of companyID names.
func (k *apiKeys) scope(ctx context.Context, companyID types.String) (string, error) {
	if companyID.ValueString() != "" {
		return companyID.ValueString(), nil
	}
	return k.AnyCompany(ctx)
}

// within makes a request about a key of companyID, and returns the company that it
// named in the end.
func (k *apiKeys) within(ctx context.Context, companyID types.String, request func(scope string) error) (scope string, err error) {
	if scope = companyID.ValueString(); scope != "" {
		return scope, request(scope)
	}
	err = k.InAnyCompany(ctx, func(named string) error {
		scope = named
		return request(named)
	})
	return scope, err
}

// adopt writes what Corebill says of the key.
func (m *apiKeyModel) adopt(key corebillapi.APIKey) apikey.Key {
	m.CompanyID = types.StringPointerValue(key.CompanyID)
	m.Organization = types.BoolValue(key.CompanyID == nil)
	m.PermissionLevel = types.StringValue(string(key.PermissionLevel))
	return sharedKey(key)
}

func sharedKey(key corebillapi.APIKey) apikey.Key {
	return apikey.Key{
		ID: key.ID, Name: key.Name, Enabled: !key.Disabled, KeyPrefix: key.KeyPrefix,
		CreatedAt: key.CreatedAt, CreatedBy: key.CreatedBy, LastUsedAt: key.LastUsedAt, RevokedAt: key.RevokedAt,
	}
}
