package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// attempt makes one attempt of a claimed delivery and records what came of it.
func (e *Engine) attempt(ctx context.Context, d store.Delivery) error {
	// Once it is made it is recorded, even if the server is ending.
	lasting := context.WithoutCancel(ctx)
	webhook, err := e.Store.Webhooks().Get(lasting, d.WebhookID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // deleted meanwhile, and the delivery with it
	}
	if err != nil {
		return err
	}
	if !webhook.Enabled {
		return e.Store.DropDelivery(lasting, d.ID)
	}
	now := e.Now().UTC()
	result, err := e.send(ctx, webhook, d, now, webhook.Timeout())
	if err != nil {
		return err
	}
	if ctx.Err() != nil && result.status == 0 {
		return e.Store.ReleaseDelivery(lasting, d) // broken off by the server's end
	}
	made := result.row(d, now)
	if wait, again := retry(result.status, made.Number, webhook.RetryCount); again {
		next := e.Now().UTC().Add(wait)
		made.NextAt = &next
	}
	made, err = e.Store.FinishAttempt(lasting, made)
	if made.NextAt != nil {
		e.alarm()
	}
	return err
}

// row is the result of a delivery's attempt as the delivery log has it.
func (r result) row(d store.Delivery, at time.Time) store.DeliveryAttempt {
	row := store.DeliveryAttempt{
		DeliveryID: d.ID, WebhookID: d.WebhookID, EventID: d.EventID, Event: d.Event, Number: d.Attempts + 1, At: at,
	}
	if r.status != 0 {
		row.Status = &r.status
	}
	if r.problem != "" {
		row.Error = &r.problem
	}
	return row
}

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

func (e *Engine) isInFlight(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.inFlight[id]
}

func (e *Engine) enter(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.inFlight) == 0 {
		e.idle = make(chan struct{})
	}
	e.inFlight[id] = true
}

func (e *Engine) leave(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.inFlight, id)
	if len(e.inFlight) == 0 {
		close(e.idle)
	}
	<-e.slots
}

// settle waits until nothing is being delivered.
func (e *Engine) settle(ctx context.Context) error {
	e.mu.Lock()
	idle := e.idle
	e.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for deliveries: %w", ctx.Err())
	}
}

// event is something that happened.
type event struct {
	id   string
	name string
	at   time.Time
	data any
}

// form is how a platform writes and signs deliveries.
type form struct {
	newEventID    func(io.Reader) (string, error)
	newDeliveryID func(io.Reader) (string, error)
	subscribes    func(subscribed []string, name string) bool
	// body is what is sent, before it is JSON.
	body func(e event, webhookID string) any
	// sign sets the platform's own headers.
	sign func(header http.Header, d store.Delivery, secrets []string, at time.Time)
}

var forms = map[store.Platform]form{store.Corebill: corebillForm, store.Billium: billiumForm}

// delivery writes an event for one webhook.
func (f form) delivery(random io.Reader, e event, webhookID string) (store.Delivery, error) {
	id, err := f.newDeliveryID(random)
	if err != nil {
		return store.Delivery{}, err
	}
	body, err := json.Marshal(f.body(e, webhookID))
	if err != nil {
		return store.Delivery{}, fmt.Errorf("writing the event %s: %w", e.name, err)
	}
	return store.Delivery{ID: id, WebhookID: webhookID, EventID: e.id, Event: e.name, Body: string(body), NextAt: e.at}, nil
}

// The ids of deliveries. Source: contract.
const (
	corebillDeliveryID corebill.Kind = "dlv"
	billiumDeliveryID  billium.Kind  = "dlv"
)
