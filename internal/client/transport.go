package client

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// NewTransport returns what carries a client's requests where Options name
// nothing else, for anyone who wants to watch them.
func NewTransport() http.RoundTripper { return newTransport() }

// newTransport returns a transport of the client's own: what other code in the
// process does to http.DefaultTransport's TLS settings doesn't reach it.
func newTransport() *http.Transport {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	transport.DialContext = dialer.DialContext
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	transport.ForceAttemptHTTP2 = true
	transport.TLSHandshakeTimeout = 10 * time.Second
	// Terraform works on ten resources at once by default; each keeps its connection.
	transport.MaxIdleConnsPerHost = 16
	transport.IdleConnTimeout = 90 * time.Second
	return transport
}
