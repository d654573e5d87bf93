package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// corebillClient calls Corebill as someone else than the provider, with the
// sandbox's first key.
func (w *world) corebillClient(t *testing.T) *corebill.Client {
	t.Helper()
	access := w.Credentials.Corebill
	c, err := corebill.New(corebill.Options{BaseURL: access.BaseURL, APIKey: client.NewSecret(access.APIKey)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// allCompanies returns every company.
func (w *world) allCompanies(t *testing.T) []corebillapi.Company {
	t.Helper()
	all, err := w.corebillClient(t).Companies(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// serverCompanies returns the companies of a name.
func (w *world) serverCompanies(t *testing.T, name string) []corebillapi.Company {
	t.Helper()
	var found []corebillapi.Company
	for _, company := range w.allCompanies(t) {
		if company.Name == name {
			found = append(found, company)
		}
	}
	return found
}

// onlyWebhook returns the one webhook that there is.
func (w *world) onlyWebhook(t *testing.T) sandboxtest.Webhook {
	t.Helper()
	hooks := w.Webhooks(t)
	if len(hooks) != 1 {
		t.Fatalf("there are %d webhooks, want 1", len(hooks))
	}
	return hooks[0]
}

// importedAs is a step that imports a resource of the state again, by the id
// that scope and its own make, and finds the same.
func (w *world) importedAs(address, scope string, ignore ...string) resource.TestStep {
	return resource.TestStep{
		ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: ignore,
		ImportStateIdFunc: w.importID(address, scope),
	}
}

type hookOfSandbox = sandboxtest.Webhook

func createWebhookRequest(url string, events ...billiumapi.WebhookEvent) billiumapi.CreateWebhookRequest {
	return billiumapi.CreateWebhookRequest{URL: url, Events: events}
}
