package validate_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/api"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

func load(t *testing.T, document []byte) *validate.Contract {
	t.Helper()
	contract, err := validate.Load(document)
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

// check sends a request through a router and returns what the contract finds
// wrong with it.
func check(t *testing.T, contract *validate.Contract, pattern, method, target, body string, headers map[string]string) (int, []string) {
	t.Helper()
	var refusal *validate.Refusal
	router := validate.NewRouter(contract, func(o *validate.Operation, _ http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := o.Check(w, r); err != nil && !errors.As(err, &refusal) {
				t.Errorf("the error is no refusal: %v", err)
			}
		})
	})
	router.HandleFunc(pattern, nil)
	if err := router.Err(); err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	router.ServeHTTP(httptest.NewRecorder(), request)
	if refusal == nil {
		return 0, nil
	}
	texts := make([]string, len(refusal.Findings))
	for i, finding := range refusal.Findings {
		texts[i] = finding.String()
	}
	return refusal.Status, texts
}

func TestCorebillRequests(t *testing.T) {
	contract := load(t, api.Corebill)
	const list, create, update = "GET /customers", "POST /api_keys", "PATCH /api_keys/{id}"
	long := strings.Repeat("é", 101)
	tests := []struct {
		name, pattern, target, body string
		status                      int
		want                        []string
	}{
		{"a list", list, "/customers?company_id=com_1&limit=100", "", 0, nil},
		{"no company", list, "/customers", "", 400, []string{"company_id is required"}},
		{"an empty company", list, "/customers?company_id=", "", 400, []string{"company_id is required"}},
		{"an empty filter", "GET /api_keys", "/api_keys?company_id=c&starting_after=", "", 400, []string{"starting_after must not be empty"}},
		{"no company beside other faults", list, "/customers?x=1&limit=0", "", 400,
			[]string{"company_id is required", "limit must be at least 1", "x is not a known query parameter"}},
		{"a limit too high", list, "/customers?company_id=c&limit=101", "", 400, []string{"limit must be at most 100"}},
		{"a limit that is no number", list, "/customers?company_id=c&limit=ten", "", 400, []string{"limit must be an integer"}},
		{"a fractional limit", list, "/customers?company_id=c&limit=1.5", "", 400, []string{"limit must be an integer"}},
		{"a parameter twice", list, "/customers?company_id=c&limit=1&limit=2", "", 400, []string{"limit must be given once"}},
		{"a parameter with NUL", list, "/customers?company_id=a%00", "", 400, []string{"company_id must be valid text"}},
		{"a parameter that is no UTF-8", list, "/customers?company_id=%ff", "", 400, []string{"company_id must be valid text"}},
		{"a broken query", list, "/customers?company_id=%zz", "", 400, []string{"query string is malformed"}},
		{"no boolean", "GET /api_keys", "/api_keys?company_id=c&include_revoked=yes", "", 400, []string{"include_revoked must be true or false"}},
		{"no time", "GET /api_logs", "/api_logs?company_id=c&created_after=yesterday", "", 400, []string{"created_after must be a date and time as in RFC 3339"}},
		{"a long path parameter", "GET /customers/{id}", "/customers/" + strings.Repeat("x", 65) + "?company_id=c", "", 400, []string{"id must be at most 64 characters long"}},

		{"a key", create, "/api_keys?company_id=c", `{"name":"a","permission_level":"read"}`, 0, nil},
		{"an organization key", create, "/api_keys?company_id=c", `{"name":"a","permission_level":"read","company_id":null}`, 0, nil},
		{"no body", create, "/api_keys?company_id=c", "", 400, []string{"body is required"}},
		{"no JSON", create, "/api_keys?company_id=c", "{", 400, []string{"body must be JSON"}},
		{"two values", create, "/api_keys?company_id=c", `{} {}`, 400, []string{"body must be one JSON value"}},
		{"an array", create, "/api_keys?company_id=c", `[]`, 400, []string{"body must be a JSON object"}},
		{"null", create, "/api_keys?company_id=c", `null`, 400, []string{"body must not be null"}},
		{"no UTF-8", create, "/api_keys?company_id=c", "{\"name\":\"\xff\"}", 400, []string{"body must be UTF-8"}},
		{"NUL", create, "/api_keys?company_id=c", `{"name":"a\u0000","permission_level":"read"}`, 400, []string{"body must not contain the character U+0000"}},
		{"nothing in it", create, "/api_keys?company_id=c", `{}`, 400, []string{"name is required", "permission_level is required"}},
		{"wrong values", create, "/api_keys?company_id=c", `{"name":"","permission_level":"root"}`, 400,
			[]string{"name must be at least 1 character long", "permission_level must be one of read, write, admin"}},
		{"a wrong type", create, "/api_keys?company_id=c", `{"name":7,"permission_level":"read"}`, 400, []string{"name must be a string"}},
		{"null for a string", create, "/api_keys?company_id=c", `{"name":null,"permission_level":"read"}`, 400, []string{"name must not be null"}},
		{"a long name", create, "/api_keys?company_id=c", `{"name":"` + long + `","permission_level":"read"}`, 400, []string{"name must be at most 100 characters long"}},
		{"unknown fields", create, "/api_keys?company_id=c", `{"name":"a","permission_level":"read","Name":"b","colour":"red"}`, 400,
			[]string{"Name is not a known field", "colour is not a known field"}},
		{"a field with an odd name", create, "/api_keys?company_id=c", `{"name":"a","permission_level":"read","a\nb":1}`, 400, []string{"a\uFFFDb is not a known field"}},
		{"the level in a change", update, "/api_keys/key_1?company_id=c", `{"permission_level":"admin"}`, 400, []string{"permission_level is not a known field"}},
		{"an empty change", update, "/api_keys/key_1?company_id=c", `{}`, 400, []string{"body must have at least 1 field"}},
		{"a body where none belongs", "DELETE /api_keys/{id}", "/api_keys/key_1?company_id=c", `{"a":1}`, 400, []string{"body must be empty"}},
		{"an empty object where none belongs", "DELETE /api_keys/{id}", "/api_keys/key_1?company_id=c", ` {} `, 0, nil},
		{"a body that is too long", create, "/api_keys?company_id=c", `{"name":"` + strings.Repeat("x", validate.MaxBody) + `"}`, 413, []string{"body must be at most 1048576 bytes long"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			method, _, _ := strings.Cut(test.pattern, " ")
			status, got := check(t, contract, test.pattern, method, test.target, test.body, nil)
			if status != test.status || !slices.Equal(got, test.want) {
				t.Errorf("got %d %q, want %d %q", status, got, test.status, test.want)
			}
		})
	}
}

func TestBilliumRequests(t *testing.T) {
	contract := load(t, api.Billium)
	const pattern, target = "POST /merchants/merchant/{merchantId}/api-keys", "/merchants/merchant/mer_1/api-keys"
	tests := []struct {
		name, body string
		headers    map[string]string
		status     int
		want       []string
	}{
		{"everything at once", `{"name":"a","type":"SECRET","permissions":["invoice:view"]}`, map[string]string{"Idempotency-Key": "k"}, 0, nil},
		{"no permission", `{"name":"a","permissions":["invoice:view","invoice:fly"]}`, nil, 400, []string{"permissions[1] must be one of the 34 permissions"}},
		{"none of them", `{"name":"a","permissions":[]}`, nil, 400, []string{"permissions must have at least 1 item"}},
		{"one twice", `{"name":"a","permissions":["invoice:view","invoice:view"]}`, nil, 400, []string{"permissions must not have the same item twice"}},
		{"no list", `{"name":"a","permissions":"*"}`, nil, 400, []string{"permissions must be an array"}},
		{"a wrong id", `{"name":"a","permissionSetId":"x"}`, nil, 400, []string{"permissionSetId must be pset_ and 32 hexadecimal digits"}},
		{"a long Idempotency-Key", `{"name":"a"}`, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, 400, []string{"Idempotency-Key must be at most 255 characters long"}},
		{"not JSON", `name=a`, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415, []string{"Content-Type must be application/json"}},
		{"no Content-Type", `{"name":"a"}`, map[string]string{"Content-Type": ""}, 415, []string{"Content-Type must be application/json"}},
		{"JSON with a charset", `{"name":"a"}`, map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}, 0, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, got := check(t, contract, pattern, http.MethodPost, target, test.body, test.headers)
			if status != test.status || !slices.Equal(got, test.want) {
				t.Errorf("got %d %q, want %d %q", status, got, test.status, test.want)
			}
		})
	}
}

func TestRouter(t *testing.T) {
	answer := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	router := validate.NewRouter(load(t, api.Corebill), func(_ *validate.Operation, next http.Handler) http.Handler { return next })
	router.NotFound, router.MethodNotAllowed = answer(http.StatusNotFound), answer(http.StatusMethodNotAllowed)
	router.At("/v1").HandleFunc("GET /v1/companies/{id}", answer(http.StatusOK).ServeHTTP)
	router.HandleFunc("DELETE /v1/companies/{id}", answer(http.StatusOK).ServeHTTP)
	if err := router.Err(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"GET", "/v1/companies/com_1", 200, ""},
		{"HEAD", "/v1/companies/com_1", 200, ""},
		{"PUT", "/v1/companies/com_1", 405, "DELETE, GET, HEAD"},
		{"OPTIONS", "/v1/companies/com_1", 405, "DELETE, GET, HEAD"},
		{"GET", "/v1/companies/", 404, ""},
		{"GET", "/v1/companies/com_1/", 404, ""},
		{"GET", "/v1//companies/com_1", 404, ""},
		{"GET", "/v1/x/../companies/com_1", 404, ""},
		{"GET", "/companies/com_1", 404, ""},
		{"GET", "/v1/companies", 404, ""},
	} {
		response := httptest.NewRecorder()
		router.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), test.method, test.target, nil))
		if response.Code != test.status || response.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: got %d, Allow %q; want %d, %q", test.method, test.target, response.Code, response.Header().Get("Allow"), test.status, test.allow)
		}
	}
	router.HandleFunc("GET /v1/nothing", answer(http.StatusOK).ServeHTTP)
	if router.Err() == nil {
		t.Error("an operation that the contract does not have was registered")
	}
}

func TestLoadRefusals(t *testing.T) {
	const head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      responses: {'200': {description: d}}\n"
	for name, test := range map[string]struct{ document, want string }{
		"no YAML":          {"\t", "reading the contract"},
		"no OpenAPI":       {"openapi: 3.0.3", "not valid"},
		"no permission":    {head, "x-permission is missing"},
		"a body of a form": {head + "      x-permission: none\n      requestBody: {content: {text/plain: {schema: {type: string}}}}\n", "not application/json"},
	} {
		if _, err := validate.Load([]byte(test.document)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
