package billium_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

const (
	root    = "/v1/merchants/merchant/mer_1"
	keyID   = "key_0123456789abcdef0123456789abcdef"
	created = `"createdAt":"2026-01-15T10:00:00Z"`
)

func newToken(t testing.TB, keyType platform.KeyType) string {
	t.Helper()
	token, err := platform.NewToken(rand.Reader, keyType)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// server answers by method and URI, and remembers the requests.
type server struct {
	*billium.Client
	token   string
	mu      sync.Mutex
	answers map[string]string
	bodies  map[string]string
	headers map[string]http.Header
	order   []string
}

func serve(t testing.TB, answers map[string]string) *server {
	t.Helper()
	s := &server{token: newToken(t, platform.Secret), answers: answers, bodies: map[string]string{}, headers: map[string]http.Header{}}
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	c, err := billium.New(billium.Options{BaseURL: listening.URL, APIKey: client.NewSecret(s.token), MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.Client = c
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := r.Method + " " + r.RequestURI
	s.mu.Lock()
	s.order = append(s.order, request)
	s.bodies[request], s.headers[request] = string(body), r.Header
	answer, ok := s.answers[request]
	s.mu.Unlock()
	status, rest, _ := strings.Cut(answer, " ")
	switch {
	case r.Header.Get("x-api-key") != s.token:
		status, rest = "401", `{"statusCode":401,"message":"Invalid API key","error":"Unauthorized"}`
	case !ok:
		status, rest = "404", `{"statusCode":404,"message":"Cannot GET /v1/nowhere","error":"Not Found"}`
	}
	code := 0
	_, _ = fmt.Sscan(status, &code)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, rest)
}

func page(number, last int, data string) string {
	return fmt.Sprintf(`200 {"data":[%s],"pagination":{"page":%d,"limit":100,"total":3,"lastPage":%d}}`, data, number, last)
}
