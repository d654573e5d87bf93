package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// show returns everything that printing, logging and encoding make of a value.
func show(t testing.TB, value any) string {
	t.Helper()
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		_, _ = fmt.Fprintf(&out, verb+"\n", value)
	}
	if encoded, err := json.Marshal(value); err == nil {
		out.Write(encoded)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("shown", "value", value)
	}
	return out.String()
}

func mustNotShow(t testing.TB, what string, value any, secrets ...string) {
	t.Helper()
	shown := show(t, value)
	for _, secret := range secrets {
		for form, text := range map[string]string{"plain": secret, "hex": fmt.Sprintf("%x", secret), "URL": url.QueryEscape(secret)} {
			if strings.Contains(shown, text) {
				t.Errorf("%s shows a secret (%s)", what, form)
			}
		}
	}
}

func TestSecretShowsNothing(t *testing.T) {
	t.Parallel()
	token := corebillToken(t)
	secret := NewSecret(token)
	mustNotShow(t, "a secret", secret, token)
	mustNotShow(t, "a pointer to a secret", &secret, token)
	mustNotShow(t, "an exported field", struct{ Key Secret }{secret}, token)
	mustNotShow(t, "an unexported field", struct{ key Secret }{secret}, token)
	mustNotShow(t, "a slice", []Secret{secret}, token)
	mustNotShow(t, "a map", map[string]Secret{"key": secret}, token)
	mustNotShow(t, "an error", fmt.Errorf("using %v", secret), token)
	if secret.Reveal() != token || secret.Empty() || !(Secret{}).Empty() || (Secret{}).Reveal() != "" {
		t.Error("a secret doesn't hold its token")
	}
	if got := fmt.Sprint(secret, Secret{}); got != "(redacted) (redacted)" {
		t.Errorf("got %s", got)
	}
	var decoded struct{ Token Secret }
	if err := json.Unmarshal([]byte(`{"token":"`+token+`"}`), &decoded); err != nil || decoded.Token.Reveal() != token {
		t.Errorf("decoding: %v", err)
	}
}

func TestScrubKeepsWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	token, public := corebillToken(t), billiumToken(t, billium.Public)
	tests := map[string]string{
		"Invalid API key":                         "Invalid API key",
		"key key_a1b2c3d4e5f6 of com_abc123":      "key key_a1b2c3d4e5f6 of com_abc123",
		"prefix " + corebill.KeyPrefix(token):     "prefix " + corebill.KeyPrefix(token),
		"prefix " + billium.KeyPrefix(public):     "prefix " + billium.KeyPrefix(public),
		"bearer of bad news":                      "bearer of bad news",
		"got " + token + ", sorry":                "got (redacted), sorry",
		"got \"" + public + "\"":                  "got \"(redacted)\"",
		"x=" + token[:20]:                         "x=(redacted)",
		"secret whsec_" + token[8:]:               "secret (redacted)",
		"Authorization: Bearer " + public[3:]:     "Authorization: (redacted)",
		"mer_0123456789abcdef0123456789abcdef ok": "mer_0123456789abcdef0123456789abcdef ok",
	}
	for text, want := range tests {
		if got := redactTokens(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	odd := NewSecret("odd/key+with=signs%")
	scrubbed := newScrubber(odd).scrub("a " + odd.Reveal() + " b " + url.QueryEscape(odd.Reveal()) + " c " + url.PathEscape(odd.Reveal()))
	if scrubbed != "a (redacted) b (redacted) c (redacted)" {
		t.Errorf("got %q", scrubbed)
	}
}

// A server, or a proxy, that repeats what it was sent must not get it into an
// error, an event or a log.
func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	other, hook := billiumToken(t, billium.Secret), "whsec_"+corebillToken(t)[8:]
	echo := func(status int, media string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			words := "refused " + r.Header.Get("Authorization") + " and " + other + " and " + hook
			encoded, _ := json.Marshal(map[string]string{"error": words, "id": words, "token": other, "created_at": other})
			answer(status, string(encoded), "Content-Type", media, "X-Request-Id", words, "Location", "https://"+other+".example/"+words)(w, r)
		}
	}
	handlers := map[string]http.HandlerFunc{
		"400": echo(400, "application/json"), "401": echo(401, "text/html"), "404": echo(404, other+"/"+hook),
		"302": echo(302, "text/plain"), "500": echo(500, "application/json"), "201": echo(201, "application/json"), "cut": cut,
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serve(t, handler)
			request := Request{
				Method: http.MethodPost, Path: "/v1/things/" + other, IdempotencyKey: hook,
				Query: url.Values{"q": {other}}, Body: map[string]string{"secret": hook},
			}
			err := f.Do(t.Context(), request, &struct {
				CreatedAt int `json:"created_at"`
			}{})
			secrets := []string{f.token, other, hook}
			e := asError(t, err)
			mustNotShow(t, "the error", err, secrets...)
			mustNotShow(t, "the error's value", *e, secrets...)
			for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
				mustNotShow(t, "a cause", cause, secrets...)
			}
			mustNotShow(t, "a wrapped error", fmt.Errorf("creating: %w", err), secrets...)
			mustNotShow(t, "the events", f.seen(), secrets...)
			mustNotShow(t, "the request", request, secrets...)
			mustNotShow(t, "the request's address", &request, secrets...)
		})
	}
}

func TestTransportErrorsAreScrubbed(t *testing.T) {
	t.Parallel()
	token := corebillToken(t)
	config := testConfig("http://localhost", token, &naps{})
	config.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("cannot forward %v to %s", r.Header, r.URL)
	})
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	request := get("/v1/things")
	request.Query = url.Values{"token": {token}}
	err = c.Do(t.Context(), request, nil)
	if !errors.Is(err, ErrConnection) {
		t.Errorf("got %v", err)
	}
	mustNotShow(t, "the error", err, token)
	mustNotShow(t, "the client", c, token)
	mustNotShow(t, "the client's value", *c, token)
	mustNotShow(t, "a struct with a client", struct{ inner *Client }{c}, token)
	mustNotShow(t, "the config", config, token)
	mustNotShow(t, "the config's address", &config, token)
}

func TestAnotherCredentialIsScrubbedToo(t *testing.T) {
	t.Parallel()
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(401, `{"error":"no such key: `+r.Header.Get("Authorization")+`"}`)(w, r)
	})
	const plain = "not-like-a-token"
	other, err := f.WithCredential(NewSecret(plain))
	if err != nil {
		t.Fatal(err)
	}
	err = other.Do(t.Context(), get("/v1/things"), nil)
	if !errors.Is(err, ErrUnauthorized) {
		t.Errorf("got %v", err)
	}
	mustNotShow(t, "the error", err, plain)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	token := corebillToken(t)
	tests := map[string]struct {
		change func(*Config)
		says   string
	}{
		"an empty key":         {func(c *Config) { c.APIKey = Secret{} }, "Testbill API key is empty"},
		"a key with a newline": {func(c *Config) { c.APIKey = NewSecret(token + "\n") }, "Testbill API key has a character"},
		"a key with a space":   {func(c *Config) { c.APIKey = NewSecret(token + " x") }, "at position 49"},
		"a key beyond ASCII":   {func(c *Config) { c.APIKey = NewSecret(token + "é") }, "Testbill API key has a character"},
		"a base URL":           {func(c *Config) { c.BaseURL = "https://" + token + "@api.example.org" }, "user"},
		"a base URL's host":    {func(c *Config) { c.BaseURL = "http://" + token }, "unencrypted"},
		"a base URL's port":    {func(c *Config) { c.BaseURL = "https://api.example.org:" + token }, "not a URL"},
		"a negative timeout":   {func(c *Config) { c.Timeout = -1 }, "timeout"},
		"negative attempts":    {func(c *Config) { c.MaxAttempts = -1 }, "attempts"},
		"a negative size":      {func(c *Config) { c.MaxResponseBytes = -1 }, "size"},
		"a user agent":         {func(c *Config) { c.UserAgent = "a\nb" }, "user agent"},
		"no platform":          {func(c *Config) { c.Platform = "" }, "platform"},
	}
	for name, test := range tests {
		config := testConfig("https://api.example.org", token, &naps{})
		test.change(&config)
		_, err := New(config)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v", name, err)
		}
		mustNotShow(t, name, err, token)
	}
	c, err := New(testConfig("https://api.example.org", token, &naps{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.WithCredential(Secret{}); err == nil {
		t.Error("an empty credential was taken")
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	config := Config{}.withDefaults()
	if config.Timeout != DefaultTimeout || config.MaxAttempts != DefaultMaxAttempts || config.MaxResponseBytes != DefaultMaxResponseBytes || config.UserAgent == "" {
		t.Errorf("got %+v", config)
	}
	config.Observe(t.Context(), Event{})
	if jitter := config.Rand(); jitter < 0 || jitter >= 1 || config.Now().IsZero() || config.NoRoute("x") {
		t.Error("a default is of no use")
	}
	if err := config.Sleep(t.Context(), 0); err != nil {
		t.Errorf("a short sleep: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := config.Sleep(ctx, 1<<62); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled sleep: %v", err)
	}
}
