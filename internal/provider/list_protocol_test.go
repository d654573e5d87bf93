package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

// list asks a list resource as a list block does.
func (p *protocol) list(t *testing.T, typeName string, limit int64, set values) []tfprotov6.ListResourceResult {
	t.Helper()
	server, ok := p.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider has no lists")
	}
	stream, err := server.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: configuration(t, p.schemas.ListResourceSchemas[typeName], set), IncludeResource: true, Limit: limit,
	})
	if err != nil {
		t.Fatal(err)
	}
	var results []tfprotov6.ListResourceResult
	for result := range stream.Results {
		results = append(results, result)
	}
	return results
}

// importIdentity imports an object by its identity, and refreshes it.
func (p *protocol) importIdentity(t *testing.T, typeName string, identity *tfprotov6.ResourceIdentityData) *tfprotov6.DynamicValue {
	t.Helper()
	imported, err := p.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: identity})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, imported.Diagnostics)
	found := imported.ImportedResources[0]
	read, err := p.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: found.State, CurrentIdentity: found.Identity, Private: found.Private,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, read.Diagnostics)
	return read.NewState
}

// What a list finds is what an import by the identity that it gives finds.
func TestListedObjectsImportAsListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.createBilliumWebhook(t)
	w.createCorebillWebhook(t, w.Credentials.Corebill.CompanyID)
	w.createCorebillWebhook(t, w.SecondCompanyID)
	p := w.protocol(t)
	for typeName, want := range map[string]int{
		"keyward_corebill_company": 2, "keyward_corebill_webhook": 1, "keyward_billium_webhook": 1,
	} {
		results := p.list(t, typeName, 0, nil)
		if err := exactly(want, len(results), typeName); err != nil {
			t.Error(err)
		}
		for _, result := range results {
			wantNone(t, result.Diagnostics)
			if result.DisplayName == "" {
				t.Errorf("a %s has no name", typeName)
			}
			sameObject(t, p.schemas.ResourceSchemas[typeName].ValueType(), result.Resource, p.importIdentity(t, typeName, result.Identity))
		}
	}
}

func TestListsKeepToLimitAndScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.createBilliumWebhook(t)
		w.createCorebillWebhook(t, w.SecondCompanyID)
	}
	p := w.protocol(t)
	for _, c := range []struct {
		typeName string
		limit    int64
		set      values
		want     int
	}{
		{"keyward_corebill_company", 1, nil, 1},
		{"keyward_corebill_webhook", 0, nil, 0},
		{"keyward_corebill_webhook", 0, values{"company_id": text(w.SecondCompanyID)}, 3},
		{"keyward_corebill_webhook", 2, values{"company_id": text(w.SecondCompanyID)}, 2},
		{"keyward_billium_webhook", 2, nil, 2},
	} {
		if err := exactly(c.want, len(p.list(t, c.typeName, c.limit, c.set)), c.typeName); err != nil {
			t.Error(err)
		}
	}
}

func TestListsSayWhatWentWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.with("COREBILL_API_KEY", "", "BILLIUM_API_KEY", w.BilliumPublicKey(t)).protocol(t)
	for typeName, says := range map[string]string{
		"keyward_corebill_company": "COREBILL_API_KEY", "keyward_corebill_webhook": "COREBILL_API_KEY",
		"keyward_billium_webhook": "Public keys cannot access this endpoint",
	} {
		results := p.list(t, typeName, 0, nil)
		if err := exactly(1, len(results), "results"); err != nil {
			t.Fatal(err)
		}
		wantOne(t, results[0].Diagnostics, tfprotov6.DiagnosticSeverityError, says)
	}
}

// createCorebillWebhook makes a webhook outside Terraform.
func (w *world) createCorebillWebhook(t *testing.T, companyID string) {
	t.Helper()
	_, err := w.corebillClient(t).CreateWebhook(t.Context(), companyID, corebillapi.CreateWebhookRequest{
		URL: "https://example.com/hook", Events: []corebillapi.WebhookEvent{"invoice.paid"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sameObject(t *testing.T, object tftypes.Type, one, other *tfprotov6.DynamicValue) {
	t.Helper()
	first, err := one.Unmarshal(object)
	if err != nil {
		t.Fatal(err)
	}
	second, err := other.Unmarshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Equal(second) {
		t.Errorf("listed as %s, imported as %s", first, second)
	}
}
