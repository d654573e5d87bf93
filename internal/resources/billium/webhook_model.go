package billium

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/oapi-codegen/nullable"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/resources/webhook"
)

// secretType is the type of an element of secrets.
var secretType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"id": types.StringType, "preview": types.StringType, "is_active": types.BoolType, "expires_at": timetypes.RFC3339Type{},
}}

func secretList(secrets []billiumapi.WebhookSecret) types.List {
	elements := make([]attr.Value, len(secrets))
	for i, secret := range secrets {
		expires := timetypes.NewRFC3339Null()
		if secret.ExpiresAt != nil {
			expires = timetypes.NewRFC3339TimeValue(secret.ExpiresAt.UTC())
		}
		elements[i] = types.ObjectValueMust(secretType.AttrTypes, map[string]attr.Value{
			"id":         types.StringValue(secret.ID),
			"preview":    types.StringValue(secret.SecretKeyPreview),
			"is_active":  types.BoolValue(secret.IsActive),
			"expires_at": expires,
		})
	}
	return types.ListValueMust(secretType, elements)
}

func (m *webhookModel) createRequest() billiumapi.CreateWebhookRequest {
	return billiumapi.CreateWebhookRequest{
		URL: m.URL.ValueString(), Events: webhook.EventList[billiumapi.WebhookEvent](m.Events),
		Description: m.Description.ValueStringPointer(), IsActive: m.IsActive.ValueBoolPointer(),
		RetryCount: number(m.RetryCount), Timeout: number(m.Timeout),
	}
}

// number returns a number as requests take it; its validator bounds it.
func number(value types.Int64) *int { return new(int(value.ValueInt64())) }

// updateRequest holds what differs from the state.
func (m *webhookModel) updateRequest(state *webhookModel) (request billiumapi.UpdateWebhookRequest, different bool) {
	if !m.URL.Equal(state.URL) {
		request.URL, different = m.URL.ValueStringPointer(), true
	}
	before, after := webhook.EventList[billiumapi.WebhookEvent](state.Events), webhook.EventList[billiumapi.WebhookEvent](m.Events)
	if !slices.Equal(before, after) {
		request.Events, different = &after, true
	}
	if !m.Description.Equal(state.Description) {
		request.Description, different = nullable.NewNullNullable[string](), true
		if !m.Description.IsNull() {
			request.Description = nullable.NewNullableWithValue(m.Description.ValueString())
		}
	}
	if !m.IsActive.Equal(state.IsActive) {
		request.IsActive, different = m.IsActive.ValueBoolPointer(), true
	}
	if !m.RetryCount.Equal(state.RetryCount) {
		request.RetryCount, different = number(m.RetryCount), true
	}
	if !m.Timeout.Equal(state.Timeout) {
		request.Timeout, different = number(m.Timeout), true
	}
	return request, different
}

// adopt writes what Billium says of the webhook.
func (m *webhookModel) adopt(found billiumapi.Webhook) {
	m.ID = types.StringValue(found.ID)
	m.MerchantID = types.StringValue(found.MerchantID)
	m.URL = types.StringValue(found.URL)
	m.Events = webhook.EventSet(found.Events)
	m.Description = object.Spelled(m.Description, found.Description)
	m.IsActive = types.BoolValue(found.IsActive)
	m.RetryCount = types.Int64Value(int64(found.RetryCount))
	m.Timeout = types.Int64Value(int64(found.Timeout))
	m.Secrets = secretList(found.WebhookSecrets)
}
