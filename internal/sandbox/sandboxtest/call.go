package sandboxtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Answer is a response whose body has been read.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Object decodes the body.
func (a Answer) Object(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.Body), &object); err != nil {
		t.Fatalf("the body is no JSON object: %v\n%s", err, a.Body)
	}
	return object
}

// Text returns a field of the body that must be a string.
func (a Answer) Text(t testing.TB, field string) string {
	t.Helper()
	text, ok := a.Object(t)[field].(string)
	if !ok {
		t.Fatalf("%s is not a string in %s", field, a.Body)
	}
	return text
}

// Data returns the objects of a list.
func (a Answer) Data(t testing.TB) []map[string]any {
	t.Helper()
	var list struct {
		Data []map[string]any `json:"data"`
	}
	if err := json.Unmarshal([]byte(a.Body), &list); err != nil {
		t.Fatalf("the body is no list: %v\n%s", err, a.Body)
	}
	return list.Data
}

// Want fails the test where the status is another.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("got %d, want %d: %s", a.Status, status, a.Body)
	}
	return a
}

// CallCorebill makes a request of Corebill and checks the answer against the
// contract. path is what follows /v1; a body that is no string is sent as JSON.
func (s *Sandbox) CallCorebill(t testing.TB, token, method, path string, body any, headers ...string) Answer {
	t.Helper()
	if token != "" {
		headers = append(headers, "Authorization", "Bearer "+token)
	}
	return call(t, corebillContract, s.Credentials.Corebill.BaseURL, method, "/v1"+path, body, headers)
}

// CallBillium makes a request of Billium and checks the answer against the
// contract. path is what follows the merchant's.
func (s *Sandbox) CallBillium(t testing.TB, token, method, path string, body any, headers ...string) Answer {
	t.Helper()
	if token != "" {
		headers = append(headers, "x-api-key", token)
	}
	path = "/v1/merchants/merchant/" + s.Credentials.Billium.MerchantID + path
	return call(t, billiumContract, s.Credentials.Billium.BaseURL, method, path, body, headers)
}

func call(t testing.TB, contract func() (*contract, error), baseURL, method, path string, body any, headers []string) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, baseURL+path, encode(t, body))
	must(t, "making a request", err)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	must(t, "making a request", err)
	content, err := io.ReadAll(response.Body)
	must(t, "reading an answer", err)
	must(t, "reading an answer", response.Body.Close())
	answer := Answer{Status: response.StatusCode, Header: response.Header, Body: string(content)}
	loaded, err := contract()
	must(t, "loading the contract", err)
	if err := loaded.check(request, path, answer); err != nil {
		t.Errorf("%s %s: the answer does not fit the contract: %v", method, path, err)
	}
	return answer
}

func encode(t testing.TB, body any) io.Reader {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return http.NoBody
	case string:
		return strings.NewReader(body)
	default:
		content, err := json.Marshal(body)
		must(t, "encoding a body", err)
		return bytes.NewReader(content)
	}
}
