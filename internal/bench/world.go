package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// world is a sandbox in this process, whose requests are counted.
type world struct {
	sandbox.Credentials

	server            *sandbox.Server
	http              *http.Server
	requests, limited atomic.Int64
}

// newWorld starts a sandbox in a folder of its own.
func (b *bench) newWorld(ctx context.Context, limits sandbox.RateLimits) (*world, error) {
	dir, err := os.MkdirTemp(b.dir, "sandbox-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the sandbox: %w", err)
	}
	w := &world{}
	if w.server, err = sandbox.New(ctx, sandbox.Options{Database: filepath.Join(dir, "sandbox.db"), RateLimits: limits}); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), w.server.Close(ctx))
	}
	w.http = &http.Server{Handler: w.counted(w.server.Handler()), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.http.Serve(listener) }() // until close
	handover, err := w.server.HandOver(ctx, "http://"+listener.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), w.close(ctx))
	}
	w.Credentials = handover.Credentials
	return w, nil
}

// counted counts what passes, and what is refused for a limit.
func (w *world) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		handler.ServeHTTP(&statusWriter{rw, &w.limited}, r)
	})
}

// statusWriter counts answers of 429.
type statusWriter struct {
	http.ResponseWriter
	limited *atomic.Int64
}

func (s *statusWriter) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		s.limited.Add(1)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// environ returns the variables that the provider reads.
func (w *world) environ() []string {
	return []string{
		"COREBILL_BASE_URL=" + w.Corebill.BaseURL, "COREBILL_API_KEY=" + w.Corebill.APIKey, "COREBILL_COMPANY_ID=" + w.Corebill.CompanyID,
		"BILLIUM_BASE_URL=" + w.Billium.BaseURL, "BILLIUM_API_KEY=" + w.Billium.APIKey, "BILLIUM_MERCHANT_ID=" + w.Billium.MerchantID,
	}
}

func (w *world) close(ctx context.Context) error {
	return errors.Join(w.http.Close(), w.server.Close(ctx))
}

// made is what a key's creation answers and a state holds, as JSON texts.
type made struct{ id, prefix, created json.RawMessage }

// create makes a key with a request of its own.
func (w *world) create(ctx context.Context, platform, name string) (m made, err error) {
	target, header, value := w.Corebill.BaseURL+"/v1/api_keys?company_id="+w.Corebill.CompanyID, "Authorization", "Bearer "+w.Corebill.APIKey
	body := `{"name":"` + name + `","permission_level":"read"}`
	if platform == billium {
		target, header, value = w.Billium.BaseURL+"/v1/merchants/merchant/"+w.Billium.MerchantID+"/api-keys", "X-Api-Key", w.Billium.APIKey
		body = `{"name":"` + name + `","permissions":["invoice:view"]}`
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(body)) //nolint:gosec // the sandbox of this process
	if err != nil {
		return m, err
	}
	req.Header.Set(header, value)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // the sandbox of this process
	if err != nil {
		return m, fmt.Errorf("create a key: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var fields map[string]json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&fields); err != nil || resp.StatusCode != http.StatusCreated {
		return m, errors.Join(fmt.Errorf("create a key: %s", resp.Status), err)
	}
	if platform == billium {
		return made{fields["id"], fields["keyPrefix"], fields["createdAt"]}, nil
	}
	return made{fields["id"], fields["key_prefix"], fields["created_at"]}, nil
}
