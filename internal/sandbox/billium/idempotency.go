package billium

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/requestctx"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/validate"
)

// replayedFor is how long a response is kept. Source: docs, Billium,
// "Idempotency-Key".
const replayedFor = 24 * time.Hour

var (
	errNotSuccessful = errors.New("the response is no success")
	errTaken         = errors.New("another process has used the Idempotency-Key meanwhile")
)

// pingOperation is the one POST that waits for another server, its webhook's
// endpoint. No transaction may stay open for as long as that takes.
const pingOperation = "pingWebhook"

// idempotent makes a POST with an Idempotency-Key safe to repeat. What the
// handler writes and the record of its response are one transaction, but for a
// ping.
func (s *server) idempotent(o *validate.Operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		a := attempt{
			server: s, key: key, merchantID: callerOf(r).key.MerchantID,
			keyHash: secret.Hash(key), requestHash: requestHash(r), waits: o.ID == pingOperation,
		}
		if !s.inFlight.begin(a.merchantID + a.keyHash) {
			s.fail(w, r, errKeyInFlight)
			return
		}
		defer s.inFlight.end(a.merchantID + a.keyHash)
		response, err := a.respond(r, next)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		requestctx.Raw(w, response.status, response.body.Bytes())
	})
}

// attempt is one request under an Idempotency-Key.
type attempt struct {
	*server
	key, merchantID, keyHash, requestHash string
	// waits tells that the handler waits for another server.
	waits bool
}

// respond repeats the recorded response, or makes the response and records it.
func (a attempt) respond(r *http.Request, next http.Handler) (*buffered, error) {
	response, err := a.replay(r.Context())
	if !errors.Is(err, store.ErrNotFound) {
		return response, err
	}
	response, err = a.perform(r, next)
	if errors.Is(err, errTaken) {
		return a.replay(r.Context())
	}
	return response, err
}

func (a attempt) replay(ctx context.Context) (*buffered, error) {
	record, err := a.Store.IdempotencyRecord(ctx, a.merchantID, a.keyHash, a.Now().Add(-replayedFor))
	if err != nil {
		return nil, err
	}
	if record.RequestHash != a.requestHash {
		return nil, errKeyReused
	}
	body, err := secret.Open(a.key, a.merchantID, record.Response)
	if err != nil {
		return nil, err
	}
	return &buffered{status: record.Status, body: *bytes.NewBuffer(body)}, nil
}

func (a attempt) perform(r *http.Request, next http.Handler) (*buffered, error) {
	response := newBuffered()
	if a.waits {
		next.ServeHTTP(response, r)
	}
	err := a.Store.InTx(r.Context(), func(ctx context.Context) error {
		if !a.waits {
			next.ServeHTTP(response, r.WithContext(ctx))
		}
		if response.status < 200 || response.status > 299 {
			return errNotSuccessful
		}
		return a.record(ctx, response)
	})
	if errors.Is(err, errNotSuccessful) {
		err = nil
	}
	return response, err
}

func (a attempt) record(ctx context.Context, response *buffered) error {
	sealed, err := secret.Seal(a.Rand, a.key, a.merchantID, response.body.Bytes())
	if err != nil {
		return err
	}
	now := a.Now()
	added, err := a.Store.CreateIdempotencyRecord(ctx, store.IdempotencyRecord{
		MerchantID: a.merchantID, KeyHash: a.keyHash, RequestHash: a.requestHash,
		Status: response.status, Response: sealed, CreatedAt: now,
	}, now.Add(-replayedFor))
	if err == nil && !added {
		err = errTaken
	}
	return err
}

// requestHash tells one request from another: by what it asks for, wherever the
// API is mounted, and by its body.
func requestHash(r *http.Request) string {
	path := r.URL.Path
	for _, base := range bases {
		if rest, ok := strings.CutPrefix(path, base+"/merchants/"); ok {
			path = rest
		}
	}
	hash := sha256.New()
	hash.Write([]byte(r.Method + " " + path + "\n"))
	hash.Write(requestctx.From(r.Context()).Body)
	return hex.EncodeToString(hash.Sum(nil))
}

// buffered is a response that is not sent until its transaction is committed.
type buffered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newBuffered() *buffered { return &buffered{header: http.Header{}, status: http.StatusOK} }

func (b *buffered) Header() http.Header         { return b.header }
func (b *buffered) Write(p []byte) (int, error) { return b.body.Write(p) }
func (b *buffered) WriteHeader(status int)      { b.status = status }

// inFlight holds the Idempotency-Keys of requests that are being served.
type inFlight struct {
	mu   sync.Mutex
	keys map[string]bool
}

// begin reports whether the key was free, and takes it.
func (f *inFlight) begin(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.keys[key] {
		return false
	}
	if f.keys == nil {
		f.keys = map[string]bool{}
	}
	f.keys[key] = true
	return true
}

func (f *inFlight) end(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.keys, key)
}
