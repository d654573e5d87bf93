package sandbox_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// running is a sandbox that Serve runs.
type running struct {
	ready sandbox.Ready
	stop  context.CancelFunc
	ended chan error
}

func serve(t *testing.T, options sandbox.Options) running {
	t.Helper()
	if options.Listen == "" {
		options.Listen = "127.0.0.1:0"
	}
	ready := make(chan sandbox.Ready, 1)
	options.Ready = func(r sandbox.Ready) { ready <- r }
	server, err := sandbox.New(t.Context(), options)
	check(t, err)
	ctx, stop := context.WithCancel(t.Context())
	r := running{stop: stop, ended: make(chan error, 1)}
	go func() { r.ended <- server.Serve(ctx) }()
	select {
	case r.ready = <-ready:
	case err := <-r.ended:
		t.Fatalf("the server ended: %v", err)
	}
	return r
}

func (r running) end(t *testing.T) {
	t.Helper()
	r.stop()
	if err := <-r.ended; err != nil {
		t.Errorf("ending: %v", err)
	}
}

func read(t *testing.T, path string) sandbox.Credentials {
	t.Helper()
	c, err := sandbox.ReadCredentials(path)
	check(t, err)
	return c
}

func status(t *testing.T, c sandbox.Credentials) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Corebill.BaseURL+"/v1/customers?company_id="+c.Corebill.CompanyID, nil)
	check(t, err)
	request.Header.Set("Authorization", "Bearer "+c.Corebill.APIKey)
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	check(t, response.Body.Close())
	return response.StatusCode
}

func TestServe(t *testing.T) {
	sandboxtest.Databases(t, func(t *testing.T, database string) {
		file := filepath.Join(t.TempDir(), "credentials.json")
		options := sandbox.Options{Database: database, CredentialsFile: file}
		first := serve(t, options)
		credentials := read(t, file)
		info, err := os.Stat(file)
		check(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the credentials have mode %v", info.Mode())
		}
		if !corebill.ValidToken(credentials.Corebill.APIKey) || !billium.ValidToken(credentials.Billium.APIKey) {
			t.Error("the credentials hold no tokens")
		}
		if !first.ready.Minted || first.ready.CorebillBaseURL != "http://"+first.ready.Address+"/corebill" || credentials.Billium.BaseURL != "http://"+first.ready.Address+"/billium" {
			t.Errorf("ready: %+v", first.ready)
		}
		if got := status(t, credentials); got != http.StatusOK {
			t.Errorf("the first start answers %d", got)
		}
		first.end(t)

		second := serve(t, options)
		kept := read(t, file)
		if second.ready.Minted || kept.Corebill.APIKey != credentials.Corebill.APIKey || kept.Billium.APIKey != credentials.Billium.APIKey {
			t.Error("a later start did not keep the tokens")
		}
		if kept.Corebill.BaseURL != second.ready.CorebillBaseURL || status(t, kept) != http.StatusOK {
			t.Error("a later start did not update the base URLs")
		}
		second.end(t)

		check(t, os.Remove(file))
		third := serve(t, options)
		fresh := read(t, file)
		if !third.ready.Minted || fresh.Corebill.APIKey == credentials.Corebill.APIKey || status(t, fresh) != http.StatusOK {
			t.Error("without its file a start did not make new keys")
		}
		if fresh.Corebill.CompanyID != credentials.Corebill.CompanyID || fresh.Billium.MerchantID != credentials.Billium.MerchantID {
			t.Error("a later start made another world")
		}
		third.end(t)
	})
}

// TestShutdown ends the server while a request is in flight.
func TestShutdown(t *testing.T) {
	dir := t.TempDir()
	r := serve(t, sandbox.Options{Database: filepath.Join(dir, "a.db"), CredentialsFile: filepath.Join(dir, "a.json")})
	credentials := read(t, filepath.Join(dir, "a.json"))
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.ready.Address)
	check(t, err)
	const body = `{"name":"slow"}`
	head := "POST /corebill/v1/customers?company_id=" + credentials.Corebill.CompanyID + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
		"Authorization: Bearer " + credentials.Corebill.APIKey + "\r\nContent-Length: 15\r\nExpect: 100-continue\r\n\r\n"
	_, err = conn.Write([]byte(head))
	check(t, err)
	answer := make([]byte, 1024)
	n, err := conn.Read(answer) // the handler asks for the body: the request is in flight
	check(t, err)
	if got := string(answer[:n]); !strings.HasPrefix(got, "HTTP/1.1 100") {
		t.Fatalf("the server says %q", got)
	}
	r.stop()
	for { // until the server takes no new request
		probe, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.ready.Address)
		if err != nil {
			break
		}
		check(t, probe.Close())
	}
	_, err = conn.Write([]byte(body))
	check(t, err)
	n, err = conn.Read(answer)
	check(t, err)
	if got := string(answer[:n]); !strings.HasPrefix(got, "HTTP/1.1 201") {
		t.Errorf("the request in flight got %q", got)
	}
	check(t, conn.Close())
	if err := <-r.ended; err != nil {
		t.Errorf("ending: %v", err)
	}
}

func TestServeFailures(t *testing.T) {
	busy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { check(t, busy.Close()) })
	dir := t.TempDir()
	for name, options := range map[string]sandbox.Options{
		"an address in use":     {Listen: busy.Addr().String()},
		"no address":            {Listen: "nowhere"},
		"nowhere to hand over":  {Listen: "127.0.0.1:0", CredentialsFile: filepath.Join(dir, "none", "a.json")},
		"a directory hand-over": {Listen: "127.0.0.1:0", CredentialsFile: dir},
	} {
		t.Run(name, func(t *testing.T) {
			options.Database = filepath.Join(t.TempDir(), "a.db")
			server, err := sandbox.New(t.Context(), options)
			if err == nil {
				err = server.Serve(t.Context())
			}
			if err == nil {
				t.Error("it served")
			}
		})
	}
}

func TestMount(t *testing.T) {
	s := sandboxtest.Start(t)
	for path, want := range map[string]int{"/": 404, "/corebill": 404, "/corebillx/v1/companies": 404, "/v1/companies": 404, "/corebill/v1/companies": 401, "/billium/": 401} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		check(t, err)
		response, err := http.DefaultClient.Do(request)
		check(t, err)
		check(t, response.Body.Close())
		if response.StatusCode != want || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %d %s", path, response.StatusCode, response.Header.Get("Content-Type"))
		}
	}
}
