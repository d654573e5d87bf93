package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

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
