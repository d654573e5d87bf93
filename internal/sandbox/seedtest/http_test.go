package seedtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// request is one to send; line is "GET /path?query" below a base address.
type request struct {
	base   string
	line   string
	header map[string]string
	// body is sent as JSON, a string as it is, nil not at all.
	body any
	// showsToken is set where the response may hold a token handed out before.
	showsToken bool
}

// answer is what came back.
type answer struct {
	line   string
	status int
	header http.Header
	raw    []byte
}

const userAgent = "keyward-seedtest/1.0"

// send sends a request and reads the whole answer. It is an error for an answer
// to hold a token that was handed out before.
func (w *world) send(t *testing.T, r request) answer {
	t.Helper()
	a, err := w.deliver(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if !r.showsToken {
		w.expectNoToken(t, a)
	}
	return a
}

// deliver is send for any goroutine.
func (w *world) deliver(ctx context.Context, r request) (answer, error) {
	req, err := r.build(ctx)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", r.line, err)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", r.line, err)
	}
	raw, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return answer{}, fmt.Errorf("%s: reading the answer: %w", r.line, err)
	}
	return answer{line: r.line, status: resp.StatusCode, header: resp.Header, raw: raw}, nil
}

func (r request) build(ctx context.Context) (*http.Request, error) {
	body, err := encodeBody(r.body)
	if err != nil {
		return nil, err
	}
	method, path, _ := strings.Cut(r.line, " ")
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, body)
	if err != nil {
		return nil, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("User-Agent", userAgent)
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	return req, nil
}

func encodeBody(body any) (io.Reader, error) {
	switch body := body.(type) {
	case nil:
		return http.NoBody, nil
	case string:
		return strings.NewReader(body), nil
	default:
		encoded, err := json.Marshal(body)
		return bytes.NewReader(encoded), err
	}
}

func (w *world) expectNoToken(t *testing.T, a answer) {
	t.Helper()
	for _, token := range w.tokens {
		if bytes.Contains(a.raw, []byte(token)) {
			t.Errorf("%s: the answer holds a token that was shown before: %s", a.line, a)
		}
	}
}

// corebill sends a request to Corebill about the first company.
func (w *world) corebill(t *testing.T, token, line string, body any) answer {
	t.Helper()
	return w.corebillIn(t, w.company, token, line, body)
}

// corebillIn sends a request to Corebill about a company.
func (w *world) corebillIn(t *testing.T, company, token, line string, body any) answer {
	t.Helper()
	separator := "?"
	if strings.Contains(line, "?") {
		separator = "&"
	}
	return w.corebillUnscoped(t, token, line+separator+"company_id="+company, body)
}

// corebillUnscoped sends a request to Corebill as it is, without a company.
func (w *world) corebillUnscoped(t *testing.T, token, line string, body any) answer {
	t.Helper()
	return w.send(t, request{base: w.corebillURL + "/v1", line: line, header: bearer(token), body: body})
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// billium sends a request to Billium; its path is below the merchant's.
func (w *world) billium(t *testing.T, token, line string, body any) answer {
	t.Helper()
	return w.send(t, request{base: w.merchantURL("/v1"), line: line, header: apiKey(token), body: body})
}

// billiumAs is billium with further headers.
func (w *world) billiumAs(t *testing.T, token, line string, body any, header map[string]string) answer {
	t.Helper()
	r := request{base: w.merchantURL("/v1"), line: line, header: apiKey(token), body: body}
	for name, value := range header {
		r.header[name] = value
	}
	return w.send(t, r)
}

func (w *world) merchantURL(version string) string {
	return w.billiumURL + version + "/merchants/merchant/" + w.merchant
}

func apiKey(token string) map[string]string { return map[string]string{"x-api-key": token} }

var tokenText = regexp.MustCompile(`(sk_live_|sk_|pk_)[0-9A-Za-z]{16,}`)

// String is the answer for a failure's text, without tokens.
func (a answer) String() string {
	return http.StatusText(a.status) + " " + strings.TrimSpace(tokenText.ReplaceAllString(string(a.raw), "${1}…"))
}
