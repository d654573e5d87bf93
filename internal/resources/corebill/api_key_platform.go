package corebill

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/resources/apikey"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// apiKeys are Corebill's keys as the shared resource sees them.
type apiKeys struct{ providerdata.ToCorebill }

var _ apikey.Platform[apiKeyModel] = (*apiKeys)(nil)

func (k *apiKeys) ScopeOf(m *apiKeyModel) types.String { return m.CompanyID }

// ResolvePlan resolves the company and, where the key is to belong to another one
// than before, checks that the provider's key reaches it.
func (k *apiKeys) ResolvePlan(ctx context.Context, config, state, plan *apiKeyModel) diag.Diagnostics {
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

func (k *apiKeys) IsCaller(ctx context.Context, key apikey.KeyRef) (bool, error) {
	scope, err := k.scope(ctx, key.Scope)
	if err != nil {
		return false, err
	}
	return k.IsCallerKey(ctx, providerdata.CorebillKey{ID: key.ID, KeyPrefix: key.KeyPrefix, Scope: scope, Token: key.Token})
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
		k.Keys().InvalidateAll() // there may be one more than was listed
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
		k.Claims().Revoke(id)
	}
	return err
}

func (k *apiKeys) Each(ctx context.Context, companyID string) iter.Seq2[apikey.Listed[apiKeyModel], error] {
	if companyID == "" {
		var err error
		if companyID, err = k.AnyCompany(ctx); err != nil {
			return providerdata.Sequence[apikey.Listed[apiKeyModel]](nil, err)
		}
	}
	return providerdata.Map(k.Client.APIKeys(ctx, companyID, corebill.KeyFilter{}), listed)
}

func listed(key corebillapi.APIKey) (found apikey.Listed[apiKeyModel]) {
	found.Key = found.Model.adopt(key)
	return found
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

// What the shared resource asks of keys beside the one in place.

func (k *apiKeys) Claims() *providerdata.Claims { return &k.Corebill.Claims }

func (k *apiKeys) Now() time.Time { return k.Client.PlatformNow() }

func (k *apiKeys) Lacks(ctx context.Context) (string, error) {
	privileges, err := k.CallerPrivileges(ctx)
	if err == nil && !privileges.Admin {
		return "the level admin", nil
	}
	return "", err
}

func (k *apiKeys) SameName(ctx context.Context, m *apiKeyModel, which apikey.ListMode) (keys []apikey.Key, known bool, err error) {
	if m.CompanyID.IsUnknown() {
		return nil, false, nil
	}
	scope, err := k.scope(ctx, m.CompanyID)
	if err != nil {
		return nil, false, err
	}
	if which == apikey.Fresh {
		k.InvalidateKeys(scope)
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
		return providerdata.Sequence[rotation.Row](nil, err)
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
