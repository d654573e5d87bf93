package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// keyCase is a platform's API key, for what is the same on both.
type keyCase struct {
	platform, address, scope string
	// config declares the key with the shape that all of these tests use.
	config func(body string) string
	// path of the keys, after the base URL.
	path string
}

var (
	corebillCase = keyCase{"corebill", corebillKey, "company_id", func(body string) string {
		return corebillConfig("permission_level = \"read\"\n" + body)
	}, "/v1/api_keys"}
	billiumCase = keyCase{"billium", billiumKey, "merchant_id", func(body string) string {
		return billiumConfig("permissions = [\"invoice:view\"]\n" + body)
	}, "/v1/merchants/merchant/*/api-keys"}
)

var bothCases = []keyCase{corebillCase, billiumCase}

// labelled is the case under another label than "test".
func (c keyCase) labelled(label string) keyCase {
	config := c.config
	c.address = strings.TrimSuffix(c.address, "test") + label
	c.config = func(body string) string { return strings.Replace(config(body), `"test"`, `"`+label+`"`, 1) }
	return c
}

// onBoth runs a test for each platform.
func onBoth(t *testing.T, test func(t *testing.T, c keyCase)) {
	t.Helper()
	t.Parallel()
	for _, c := range bothCases {
		t.Run(c.platform, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// liveKey is a live key of either platform.
type liveKey struct {
	ID       string
	LastUsed *time.Time
}

func (c keyCase) live(t *testing.T, w *world, name string) (live []liveKey) {
	t.Helper()
	if c.platform == "corebill" {
		for _, key := range w.liveCorebill(t, name) {
			live = append(live, liveKey{key.ID, key.LastUsedAt})
		}
		return live
	}
	for _, key := range w.liveBillium(t, name) {
		live = append(live, liveKey{key.ID, key.LastUsedAt})
	}
	return live
}

// provisional is the name under which a key of the tests' scope is created.
func (c keyCase) provisional(w *world, name string) string {
	scope := w.Credentials.Billium.MerchantID
	if c.platform == "corebill" {
		scope = w.Credentials.Corebill.CompanyID
	}
	return provisional.New(scope, name, "TEST")
}

// orphans counts the live keys that have a provisional name.
func (c keyCase) orphans(t *testing.T, w *world) (n int) {
	t.Helper()
	if c.platform == "corebill" {
		for _, key := range w.CorebillKeys(t) {
			if provisional.Is(key.Name) && key.RevokedAt == nil {
				n++
			}
		}
		return n
	}
	for _, key := range w.BilliumKeys(t) {
		if provisional.Is(key.Name) && key.RevokedAt == nil {
			n++
		}
	}
	return n
}

// wantLive checks how many live keys of a name the server has.
func (c keyCase) wantLive(t *testing.T, w *world, name string, n int) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error { return exactly(n, len(c.live(t, w, name)), "live "+c.platform+" keys of the name "+name) })
}

// wantStatus checks what a request with a token of the state gets.
func (c keyCase) wantStatus(t *testing.T, w *world, token *string, status int) statecheck.StateCheck {
	t.Helper()
	return serverSees(func() error { return exactly(status, c.call(t, w, *token), "(status of a token of "+c.address+")") })
}

// wantNoKeys fails where a key of the name is live, on either platform.
func (w *world) wantNoKeys(t *testing.T, name string) {
	t.Helper()
	for _, c := range bothCases {
		if n := len(c.live(t, w, name)); n != 0 {
			t.Errorf("%d %s keys are live at the end", n, c.platform)
		}
	}
}

// make creates a key of the tests' shape with a credential, beside Terraform.
func (c keyCase) make(t *testing.T, w *world, credential, name string) (id, token string) {
	t.Helper()
	var answer sandboxtest.Answer
	if c.platform == "corebill" {
		answer = w.CallCorebill(t, credential, http.MethodPost, "/api_keys?company_id="+w.Credentials.Corebill.CompanyID,
			map[string]any{"name": name, "permission_level": "read"})
	} else {
		answer = w.CallBillium(t, credential, http.MethodPost, "/api-keys", map[string]any{"name": name, "permissions": []string{"invoice:view"}})
	}
	answer.Want(t, http.StatusCreated)
	return answer.Text(t, "id"), answer.Text(t, "token")
}

// call makes a request with a token and returns its status.
func (c keyCase) call(t *testing.T, w *world, token string) int {
	t.Helper()
	if c.platform == "corebill" {
		return w.CallCorebill(t, token, http.MethodGet, "/companies", nil, "User-Agent", "checkout/2").Status
	}
	return w.CallBillium(t, token, http.MethodGet, "/api-keys/current", nil, "User-Agent", "checkout/2").Status
}

// credential is the key that the provider uses.
func (c keyCase) credential(w *world) string {
	if c.platform == "corebill" {
		return w.Credentials.Corebill.APIKey
	}
	return w.Credentials.Billium.APIKey
}

// stranger is another credential.
func (c keyCase) stranger(t *testing.T, w *world) string {
	t.Helper()
	if c.platform == "corebill" {
		return w.CorebillKey(t, w.Credentials.Corebill.CompanyID, "admin")
	}
	return w.BilliumKeyAs(t, "OWNER")
}

// taken keeps an attribute of the state for the steps that follow.
func taken(address, attribute string, into *string) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(attribute), knownvalue.StringFunc(func(value string) error {
		*into = value
		return nil
	}))
}

// rotating are the plan checks of a rotation.
func (c keyCase) rotating(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return preApply(append(checks,
		plancheck.ExpectResourceAction(c.address, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(c.address, at("id")),
		plancheck.ExpectUnknownValue(c.address, at("created_at")),
	)...)
}

func previousAt(name string) tfjsonpath.Path { return tfjsonpath.New("previous").AtMapKey(name) }

// wantText compares texts.
func wantText(got, want string) error {
	if got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	return nil
}

// namedOther is a copy of a resource under another name.
func namedOther(config string) string {
	return strings.Replace(config, `"test"`, `"other"`, 1)
}
