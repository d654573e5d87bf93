package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// createdKey is what an end-to-end test needs of a key that it made itself.
type createdKey struct {
	ID    string `json:"id"`
	Token string `json:"token"`
	// As Corebill writes them.
	CompanyID string    `json:"company_id"`
	KeyPrefix string    `json:"key_prefix"`
	CreatedAt time.Time `json:"created_at"`
	// As Billium writes them.
	MerchantIDToo string    `json:"merchantId"`
	KeyPrefixToo  string    `json:"keyPrefix"`
	CreatedAtToo  time.Time `json:"createdAt"`
}

// post creates something with the sandbox's own credentials, as someone else
// would.
func (s *sandbox) post(t *testing.T, url, body string) createdKey {
	t.Helper()
	var created createdKey
	s.call(t, http.MethodPost, url, body, http.StatusCreated, &created)
	return created
}

// call makes a request with the sandbox's own credentials.
func (s *sandbox) call(t *testing.T, method, url, body string, want int, answer any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.Corebill.APIKey)
	request.Header.Set("X-Api-Key", s.Billium.APIKey)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != want {
		t.Fatalf("%s %s answered %s, want %d", method, url, response.Status, want)
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		t.Fatal(err)
	}
}

// listCorebillKeys returns the names of the company's keys; query adds to the
// request's.
func (s *sandbox) listCorebillKeys(t *testing.T, query string) (names []string) {
	t.Helper()
	var list struct {
		Data []struct {
			Name string `json:"name"`
		} `json:"data"`
	}
	s.call(t, http.MethodGet, s.Corebill.BaseURL+"/v1/api_keys?limit=100&company_id="+s.Corebill.CompanyID+query, "", http.StatusOK, &list)
	for _, key := range list.Data {
		names = append(names, key.Name)
	}
	return names
}
