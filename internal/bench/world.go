package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// world is a sandbox in this process, whose requests are counted.
type world struct {
	credentials sandbox.Credentials
	// store is the sandbox's database, opened a second time.
	store  *store.Store
	server *sandbox.Server
	http   *http.Server

	requests, limited atomic.Int64
}

// newWorld starts a sandbox in a folder of its own.
func (b *bench) newWorld(ctx context.Context, limits sandbox.RateLimits) (*world, error) {
	dir, err := os.MkdirTemp(b.dir, "sandbox-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the sandbox: %w", err)
	}
	database := filepath.Join(dir, "sandbox.db")
	w := &world{}
	if w.server, err = sandbox.New(ctx, sandbox.Options{Database: database, RateLimits: limits}); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	if err := w.serve(ctx, database); err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), w.close(ctx))
	}
	return w, nil
}

func (w *world) serve(ctx context.Context, database string) (err error) {
	if w.store, err = store.Open(ctx, database); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.http = &http.Server{Handler: w.counted(w.server.Handler()), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.http.Serve(listener) }() // until close
	handover, err := w.server.HandOver(ctx, "http://"+listener.Addr().String())
	w.credentials = handover.Credentials
	return err
}

// counted counts what passes, and what is refused for a limit.
func (w *world) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		handler.ServeHTTP(&statusWriter{ResponseWriter: rw, limited: &w.limited}, r)
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
	c := w.credentials
	return []string{
		"COREBILL_BASE_URL=" + c.Corebill.BaseURL, "COREBILL_API_KEY=" + c.Corebill.APIKey, "COREBILL_COMPANY_ID=" + c.Corebill.CompanyID,
		"BILLIUM_BASE_URL=" + c.Billium.BaseURL, "BILLIUM_API_KEY=" + c.Billium.APIKey, "BILLIUM_MERCHANT_ID=" + c.Billium.MerchantID,
	}
}

func (w *world) close(ctx context.Context) (err error) {
	if w.http != nil {
		err = w.http.Close()
	}
	if w.store != nil {
		err = errors.Join(err, w.store.Close())
	}
	return errors.Join(err, w.server.Close(ctx))
}
