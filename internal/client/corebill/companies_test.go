package corebill_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
)

const otherCompanyID = "com_000000000002"

func TestCompanies(t *testing.T) {
	t.Parallel()
	company := `{"id":"` + companyID + `","name":"My Agency","slug":"my-agency","logo_url":null,` + created + `}`
	at := "/v1/companies/" + companyID + "?company_id=" + companyID
	create := "POST /v1/companies?company_id=" + otherCompanyID
	s := serve(t, map[string]string{
		create:         "201 " + company,
		"PATCH " + at:  "200 " + company,
		"DELETE " + at: `200 {"id":"` + companyID + `","object":"company","deleted":true}`,
		"DELETE /v1/companies/com_kept?company_id=com_kept": `200 {"id":"com_kept","deleted":false}`,
		"PATCH /v1/companies/com_gone?company_id=com_gone":  `404 {"error":"Company not found"}`,
	})
	got, err := s.CreateCompany(t.Context(), otherCompanyID, corebillapi.CreateCompanyRequest{Name: "My Agency"})
	if err != nil || got.ID != companyID || s.bodies[create] != `{"name":"My Agency"}` {
		t.Errorf("create: got %+v, %v, sent %s", got, err, s.bodies[create])
	}
	got, err = s.UpdateCompany(t.Context(), companyID, corebillapi.UpdateCompanyRequest{
		Slug: new("my-agency"), LogoURL: nullable.NewNullNullable[string](),
	})
	if err != nil || got.Slug != "my-agency" || s.bodies["PATCH "+at] != `{"logo_url":null,"slug":"my-agency"}` {
		t.Errorf("update: got %+v, %v, sent %s", got, err, s.bodies["PATCH "+at])
	}
	if _, err = s.UpdateCompany(t.Context(), "com_gone", corebillapi.UpdateCompanyRequest{}); !errors.Is(err, client.ErrNotFound) {
		t.Errorf("update of none: got %v", err)
	}
	for id, want := range map[string]error{companyID: nil, "com_kept": client.ErrInvalidResponse, "": client.ErrBadRequest} {
		if err := s.DeleteCompany(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("delete %q: got %v, want %v", id, err, want)
		}
	}
}

func TestCreateCompanyRefusesUselessAnswers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"POST /v1/companies?company_id=" + companyID: `201 {"id":"acme",` + created + `}`})
	_, err := s.CreateCompany(t.Context(), companyID, corebillapi.CreateCompanyRequest{Name: "Acme"})
	if !errors.Is(err, client.ErrInvalidResponse) || !strings.Contains(err.Error(), "no valid company id") {
		t.Errorf("got %v", err)
	}
}
