package provider_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// The provider block wins over the environment.
func TestProviderBlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	corebill, billium := w.Credentials.Corebill, w.Credentials.Billium
	block := `provider "keyward" {
		corebill = {
			api_key    = "` + corebill.APIKey + `"
			company_id = "` + w.SecondCompanyID + `"
			base_url   = "` + corebill.BaseURL + `"
		}
		billium = {
			api_key     = "` + billium.APIKey + `"
			merchant_id = "` + billium.MerchantID + `"
			base_url    = "` + billium.BaseURL + `"
		}
	}
	`
	other := w.with("COREBILL_API_KEY", "", "COREBILL_COMPANY_ID", corebill.CompanyID, "COREBILL_BASE_URL", "https://unused.example.com",
		"BILLIUM_API_KEY", "", "BILLIUM_MERCHANT_ID", "mer_unused", "BILLIUM_BASE_URL", "https://unused.example.com")
	other.run(t, resource.TestStep{
		Config: block + corebillConfig(`name = "x"
			permission_level = "read"`) + strings.ReplaceAll(billiumConfig(`name = "x"`), "test", "other"),
		ConfigStateChecks: []statecheck.StateCheck{known(corebillKey, "company_id", knownvalue.StringExact(w.SecondCompanyID))},
	})
}

// A platform that isn't configured is no problem to a configuration that doesn't use it.
func TestOnePlatformAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.with("BILLIUM_API_KEY", "", "BILLIUM_MERCHANT_ID", "", "BILLIUM_BASE_URL", "").run(t, resource.TestStep{
		Config: corebillConfig(`name = "x"
			permission_level = "read"`),
	})
}

func TestConfigureMakesNoRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ResetRequests()
	w.run(t, resource.TestStep{Config: `provider "keyward" {}`})
	if err := exactly(0, len(w.Requests()), "requests"); err != nil {
		t.Error(err)
	}
}

// A credential that is made in the same apply is known only during it.
func TestUnknownCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(run string) string {
		return `resource "terraform_data" "credentials" {
				input = {
					corebill = "` + w.Credentials.Corebill.APIKey + `"
					company  = "` + w.Credentials.Corebill.CompanyID + `"
					billium  = "` + w.Credentials.Billium.APIKey + `"
				}
				triggers_replace = "` + run + `"
			}
			provider "keyward" {
				corebill = {
					api_key    = terraform_data.credentials.output.corebill
					company_id = terraform_data.credentials.output.company
				}
				billium = { api_key = terraform_data.credentials.output.billium }
			}
			` + corebillConfig(`name = "late"
				permission_level = "read"`) + strings.ReplaceAll(billiumConfig(`name = "late"`), "test", "other")
	}
	environment := w.with("COREBILL_API_KEY", "", "COREBILL_COMPANY_ID", "", "BILLIUM_API_KEY", "")
	environment.run(t,
		resource.TestStep{
			Config:           config("1"),
			ConfigPlanChecks: preApply(plancheck.ExpectUnknownValue(corebillKey, at("company_id"))),
			ConfigStateChecks: []statecheck.StateCheck{
				known(corebillKey, "company_id", knownvalue.StringExact(w.Credentials.Corebill.CompanyID)),
				serverSees(func() error {
					return all(exactly(1, len(w.liveCorebill(t, "late")), "Corebill keys"), exactly(1, len(w.liveBillium(t, "late")), "Billium keys"))
				}),
			},
		},
		// Existing keys stay in the state while the credentials are unknown.
		resource.TestStep{
			Config: config("2"),
			ConfigStateChecks: []statecheck.StateCheck{serverSees(func() error {
				return all(exactly(1, len(w.liveCorebill(t, "late")), "Corebill keys"), exactly(1, len(w.liveBillium(t, "late")), "Billium keys"))
			})},
		},
	)
}

// A refused credential is an error; the state is never dropped because of it.
func TestRefusedCredentialKeepsTheState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := corebillConfig(`name = "kept"
		permission_level = "read"`) + strings.ReplaceAll(billiumConfig(`name = "kept"`), "test", "other")
	type answer struct {
		name, body string
		status     int
	}
	var refusing atomic.Pointer[answer]
	w.Intercept(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			isKey := strings.Contains(r.URL.Path, "/api_keys") || strings.Contains(r.URL.Path, "/companies")
			c := refusing.Load()
			if c == nil || !isKey {
				next.ServeHTTP(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "application/json")
			if strings.HasSuffix(r.URL.Path, "/companies") && c.status == http.StatusNotFound {
				_, _ = rw.Write([]byte(`{"object":"list","url":"/v1/companies","data":[],"has_more":false,"next_cursor":null}`))
				return
			}
			rw.WriteHeader(c.status)
			_, _ = rw.Write([]byte(c.body))
		})
	})
	steps := []resource.TestStep{{Config: config}}
	for _, c := range []answer{
		{"401", `{"error":"API key is disabled","statusCode":401,"message":"API key is inactive"}`, http.StatusUnauthorized},
		{"403", `{"error":"Insufficient permissions. Write access required.","statusCode":403,"message":"Missing permission: api_key:view"}`, http.StatusForbidden},
		{"404 of another company", `{"error":"Company not found","statusCode":403,"message":"API key does not belong to this merchant"}`, http.StatusNotFound},
	} {
		steps = append(steps,
			resource.TestStep{
				PreConfig:   func() { t.Log(c.name); refusing.Store(&c) },
				Config:      config,
				ExpectError: saysAnyCase("the state was left as it is"),
			},
			resource.TestStep{
				PreConfig: func() { refusing.Store(nil) },
				Config:    config,
				PlanOnly:  true,
			},
		)
	}
	w.run(t, steps...)
}

func TestMaxRequestsPerMinuteIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var rows []refusal
	for _, platform := range []string{"corebill", "billium"} {
		config := `provider "keyward" { ` + platform + ` = { max_requests_per_minute = 0 } }` + "\ndata \"keyward_corebill_companies\" \"all\" {}"
		rows = append(rows, refusal{mistake{platform, config, says("max_requests_per_minute value must be between 1 and")}, w})
	}
	refusesEach(t, rows, func() error { return nil })
}
