package corebill_test

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
	"github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const (
	companyID = "com_a1b2c3d4e5f6"
	keyID     = "key_a1b2c3d4e5f6"
	created   = `"created_at":"2026-01-15T10:00:00Z"`
)

func newToken(t testing.TB) string {
	t.Helper()
	token, err := platform.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// server answers by method and URI, and remembers the requests' bodies.
type server struct {
	*corebill.Client
	token   string
	mu      sync.Mutex
	answers map[string]string
	bodies  map[string]string
	order   []string
}

func serve(t testing.TB, answers map[string]string) *server {
	t.Helper()
	s := &server{token: newToken(t), answers: answers, bodies: map[string]string{}}
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	c, err := corebill.New(corebill.Options{BaseURL: listening.URL, APIKey: client.NewSecret(s.token), MaxAttempts: 1})
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
	s.bodies[request] = string(body)
	answer, ok := s.answers[request]
	s.mu.Unlock()
	status, rest, _ := strings.Cut(answer, " ")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.token:
		status, rest = "401", `{"error":"Invalid API key"}`
	case !ok:
		status, rest = "404", `{"error":"Not found"}`
	}
	code := 0
	_, _ = fmt.Sscan(status, &code)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, rest)
}

func list(data string, next string) string {
	cursor, more := "null", "false"
	if next != "" {
		cursor, more = `"`+next+`"`, "true"
	}
	return `200 {"object":"list","url":"/v1/x","data":[` + data + `],"has_more":` + more + `,"next_cursor":` + cursor + `}`
}
