package billium_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

func TestSignatures(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_760_000_000, 0)
	body := []byte(`{"event":"invoice.paid"}`)
	header := billium.Sign([]string{"whsec_new", "whsec_old"}, now, body)
	if strings.Count(header, "v1=") != 2 || !strings.HasPrefix(header, "t=1760000000,v1=") {
		t.Fatalf("Sign = %q", header)
	}
	cases := []struct {
		name, secret, header string
		body                 []byte
		now                  time.Time
		want                 error
	}{
		{"the new secret", "whsec_new", header, body, now, nil},
		{"the old secret", "whsec_old", header, body, now, nil},
		{"a secret of someone else", "whsec_other", header, body, now, billium.ErrSignature},
		{"another body", "whsec_new", header, []byte(`{}`), now, billium.ErrSignature},
		{"almost too old", "whsec_new", header, body, now.Add(5 * time.Minute), nil},
		{"too old", "whsec_new", header, body, now.Add(5*time.Minute + time.Second), billium.ErrSignatureAge},
		{"from the future", "whsec_new", header, body, now.Add(-6 * time.Minute), billium.ErrSignatureAge},
		{"no time", "whsec_new", "v1=00", body, now, billium.ErrSignatureForm},
		{"no signature", "whsec_new", "t=1760000000", body, now, billium.ErrSignatureForm},
		{"nothing", "whsec_new", "", body, now, billium.ErrSignatureForm},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := billium.Verify(c.secret, c.header, c.body, c.now); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
				t.Errorf("Verify = %v, want %v", err, c.want)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	if n := len(billium.Events()); n != 17 {
		t.Errorf("there are %d events, want 17", n)
	}
	for _, c := range []struct {
		subscribed []string
		event      string
		want       bool
	}{
		{[]string{"invoice.paid"}, "invoice.paid", true},
		{[]string{"invoice.*"}, "invoice.created", true},
		{[]string{"payment.*"}, "invoice.created", false},
		{nil, "invoice.created", false},
	} {
		if got := billium.Subscribes(c.subscribed, c.event); got != c.want {
			t.Errorf("Subscribes(%v, %s) = %t", c.subscribed, c.event, got)
		}
	}
}

func TestWebhookSecrets(t *testing.T) {
	t.Parallel()
	secret, err := billium.NewSecret(rand.Reader)
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(billium.SecretPreview(secret)) != 10 {
		t.Errorf("NewSecret has %d characters, %v", len(secret), err)
	}
	if billium.SecretPreview("short") != "" {
		t.Error("a text shorter than a preview has none")
	}
}
