package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	callLimit   = 15 * time.Second
	answerLimit = 1 << 20 // bytes
)

// platform is one of the two APIs, called as any program with a key would.
type platform struct {
	name      string
	root      string     // what every path is appended to
	query     url.Values // what every request carries
	bootstrap string     // the token of the key the sandbox was born with
	authorize func(header http.Header, token string)
}

func corebill(c credentials) platform {
	return platform{
		name:      "Corebill",
		root:      c.Corebill.BaseURL + "/v1",
		query:     url.Values{"company_id": {c.Corebill.CompanyID}},
		bootstrap: c.Corebill.APIKey,
		authorize: func(header http.Header, token string) { header.Set("Authorization", "Bearer "+token) },
	}
}

func billium(c credentials) platform {
	return platform{
		name:      "Billium",
		root:      c.Billium.BaseURL + "/v1/merchants/merchant/" + c.Billium.MerchantID,
		bootstrap: c.Billium.APIKey,
		authorize: func(header http.Header, token string) { header.Set("x-api-key", token) },
	}
}

// answer is what a platform answered.
type answer struct {
	status  int
	message string // the platform's own words, where it refused
	body    []byte
}

// call sends one request with the token. Any status is an answer; an error
// means that there was none.
func (p platform) call(ctx context.Context, token, method, path, body string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	target := p.root + path
	if len(p.query) > 0 {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		target += separator + p.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", p.name, err)
	}
	p.authorize(req.Header, token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", p.name, err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return answer{}, fmt.Errorf("%s: read the answer to %s %s: %w", p.name, method, path, err)
	}
	a := answer{status: resp.StatusCode, body: content}
	if a.status >= http.StatusBadRequest {
		a.message = messageOf(content)
	}
	return a, nil
}

// messageOf returns the message in an error body: Corebill's "error", or
// Billium's "message", which is one text or several.
func messageOf(body []byte) string {
	var envelope struct {
		Error   string          `json:"error"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return ""
	}
	var one string
	if json.Unmarshal(envelope.Message, &one) == nil {
		return one
	}
	var several []string
	if json.Unmarshal(envelope.Message, &several) == nil {
		return strings.Join(several, "; ")
	}
	return envelope.Error
}

// get reads path with the bootstrap key and decodes the answer into v.
func (p platform) get(ctx context.Context, path string, v any) error {
	a, err := p.call(ctx, p.bootstrap, http.MethodGet, path, "")
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("%s: GET %s: %d %s", p.name, path, a.status, a.message)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return fmt.Errorf("%s: GET %s: %w", p.name, path, err)
	}
	return nil
}
