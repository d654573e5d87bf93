package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnectionRefusedIsRetriedEvenForPOST(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	slept := &naps{}
	c, err := New(testConfig("http://"+address, corebillToken(t), slept))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Do(t.Context(), post(""), nil)
	if !errors.Is(err, ErrConnection) || errors.Is(err, ErrOutcomeUnknown) || len(slept.taken) != 4 {
		t.Errorf("got %v after waits of %s", err, slept.taken)
	}
	if e := asError(t, err); e.Attempts != 5 || e.Status != 0 || !strings.Contains(err.Error(), address) {
		t.Errorf("got %+v", e)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFateTakesProof(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err     error
		unknown bool
	}{
		"a dial that failed":            {&net.OpError{Op: "dial", Err: errors.New("refused")}, false},
		"a transport that doesn't tell": {errors.New("broken"), true},
		"a write that failed":           {&net.OpError{Op: "write", Err: errors.New("broken pipe")}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := testConfig("http://localhost", corebillToken(t), &naps{})
			config.Transport = roundTripper(func(*http.Request) (*http.Response, error) { return nil, test.err })
			c, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			err = c.Do(t.Context(), post(""), nil)
			if errors.Is(err, ErrOutcomeUnknown) != test.unknown || !errors.Is(err, ErrConnection) || !errors.Is(err, test.err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var visited atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited.Store(true) }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, request := range []Request{get("/v1/things"), post("")} {
			f := serve(t, answer(status, ``, "Location", elsewhere.URL+"/?x=hush"))
			err := f.Do(t.Context(), request, nil)
			if !errors.Is(err, ErrRedirect) || errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("%d: got %v", status, err)
			}
			if text := fmt.Sprint(err); !strings.Contains(text, elsewhere.URL) || strings.Contains(text, "hush") {
				t.Errorf("%d: got %s", status, text)
			}
		}
	}
	if visited.Load() {
		t.Error("a redirect was followed")
	}
}

func TestSelfSignedCertificateIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	steps := inOrder(answer(200, `{}`))
	server := httptest.NewUnstartedServer(steps)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	slept := &naps{}
	c, err := New(testConfig(server.URL, corebillToken(t), slept))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Do(t.Context(), post(""), nil)
	if !errors.Is(err, ErrConnection) || errors.Is(err, ErrOutcomeUnknown) || len(slept.taken) != 0 || steps.requests() != 0 {
		t.Errorf("got %v after waits of %s", err, slept.taken)
	}
	if !strings.Contains(fmt.Sprint(err), "certificate") {
		t.Errorf("%v doesn't name the certificate", err)
	}
}

func TestPlainServerBehindHTTPSIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(answer(200, `{}`))
	t.Cleanup(server.Close)
	slept := &naps{}
	c, err := New(testConfig("https://"+server.Listener.Addr().String(), corebillToken(t), slept))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), get("/v1/things"), nil); !errors.Is(err, ErrConnection) || len(slept.taken) != 0 {
		t.Errorf("got %v after waits of %s", err, slept.taken)
	}
}

func TestSlowServerTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		config := testConfig("http://localhost", corebillToken(t), &naps{})
		config.MaxAttempts = 2
		config.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }() // takes the request, and never answers
			return ours, nil
		}}
		c, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err = c.Do(t.Context(), get("/v1/things"), nil)
		if !errors.Is(err, ErrConnection) || errors.Is(err, context.DeadlineExceeded) || asError(t, err).Attempts != 2 {
			t.Errorf("GET: got %v", err)
		}
		if took := time.Since(began); took != 2*DefaultTimeout {
			t.Errorf("GET: two attempts took %s", took)
		}
		err = c.Do(t.Context(), post(""), nil)
		if !errors.Is(err, ErrOutcomeUnknown) || asError(t, err).Attempts != 1 || !strings.Contains(err.Error(), "within 30s") {
			t.Errorf("POST: got %v", err)
		}
	})
}

func TestEndlessAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	f := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}, func(c *Config) { c.MaxResponseBytes = 1 << 20; c.Timeout = time.Minute })
	if err := f.Do(t.Context(), get("/v1/things"), nil); !errors.Is(err, ErrInvalidResponse) {
		t.Errorf("got %v", err)
	}
}

func TestTransportIsItsOwn(t *testing.T) {
	t.Parallel()
	transport := newTransport()
	if transport == http.DefaultTransport || transport.TLSClientConfig.InsecureSkipVerify || transport.TLSClientConfig.MinVersion < 0x0303 {
		t.Errorf("got %+v", transport.TLSClientConfig)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(inOrder(
		answer(200, `{}`), answer(404, `{"error":"Thing not found"}`), answer(204, ``), answer(500, strings.Repeat("<br>", 5000)), answer(200, `{}`),
	))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c, err := New(testConfig(server.URL, corebillToken(t), &naps{}))
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.WithCredential(NewSecret(corebillToken(t)))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_ = c.Do(t.Context(), get("/v1/things"), nil)
	}
	if err := other.Do(t.Context(), get("/v1/things"), nil); err != nil {
		t.Error(err)
	}
	if connections.Load() != 1 {
		t.Errorf("%d connections for 6 requests one after the other", connections.Load())
	}
}

func TestParallelUse(t *testing.T) {
	t.Parallel()
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(200, `{"path":"`+r.URL.Path+`","token":"`+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`"}`)(w, r)
	})
	other := corebillToken(t)
	second, err := f.WithCredential(NewSecret(other))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			c, token := f.Client, f.token
			if i%2 == 1 {
				c, token = second, other
			}
			var out struct{ Path, Token string }
			path := fmt.Sprintf("/v1/things/%d", i)
			if err := c.Do(t.Context(), get(path), &out); err != nil || out.Path != path || out.Token != token {
				t.Errorf("%s: got the answer to %s, error %v", path, out.Path, err)
			}
		})
	}
	group.Wait()
}
