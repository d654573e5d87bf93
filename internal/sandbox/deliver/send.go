package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// maxAnswer is how much of an endpoint's answer is read, and thrown away: enough
// to use the connection again.
const maxAnswer = 64 << 10

// result is what came of one attempt.
type result struct {
	// status is 0 where the endpoint gave no answer.
	status int
	// problem is why the event was not taken, or empty. It never holds the
	// endpoint's URL, which may have a password in it.
	problem string
}

// newClient makes a client that follows no redirects: an event goes where its
// webhook says and nowhere else.
func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = http.DefaultTransport
		if standard, ok := transport.(*http.Transport); ok {
			transport = standard.Clone()
		}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ValidURL reports whether events can be delivered to a URL: an http or https one
// with a host.
func ValidURL(text string) bool {
	target, err := url.Parse(text)
	return err == nil && (target.Scheme == "http" || target.Scheme == "https") && target.Hostname() != ""
}

// send makes one attempt. The error is the server's own, such as that of its
// database; what the endpoint does is in the result.
func (e *Engine) send(ctx context.Context, webhook store.Webhook, d store.Delivery, at time.Time, timeout time.Duration) (result, error) {
	secrets, err := e.Store.WebhookSecrets(context.WithoutCancel(ctx), at, webhook.ID)
	if err != nil {
		return result{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook.URL, strings.NewReader(d.Body))
	if err != nil {
		return result{problem: "The URL is not valid"}, nil // the webhook's fault, not the server's
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Keyward-Sandbox")
	var keys []string
	for _, secret := range secrets[webhook.ID] {
		keys = append(keys, secret.Secret)
	}
	forms[webhook.Platform()].sign(request.Header, d, keys, at)
	response, err := e.client.Do(request)
	if err != nil {
		return result{problem: reason(err, timeout)}, nil // the endpoint's fault, not the server's
	}
	defer func() { _ = response.Body.Close() }()
	// What it says does not matter: its status has decided already.
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	return result{status: response.StatusCode, problem: refusal(response.StatusCode)}, nil
}

// reason says why there was no answer.
func reason(err error, timeout time.Duration) string {
	var timedOut interface{ Timeout() bool }
	if errors.As(err, &timedOut) && timedOut.Timeout() {
		return fmt.Sprintf("The endpoint did not answer within %s", timeout)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return "The endpoint could not be reached: " + err.Error()
}

// refusal says what was wrong with an answer, or nothing.
func refusal(status int) string {
	text := strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	switch {
	case delivered(status):
		return ""
	case status < http.StatusBadRequest:
		return "The endpoint answered " + text + ", and redirects are not followed"
	default:
		return "The endpoint answered " + text
	}
}
