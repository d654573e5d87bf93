package corebill_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

func TestSignatures(t *testing.T) {
	t.Parallel()
	// RFC 4231, test case 2.
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	if got := corebill.Sign("Jefe", []byte("what do ya want for nothing?")); got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
	if err := corebill.Verify("Jefe", want, []byte("what do ya want for nothing?")); err != nil {
		t.Error(err)
	}
	for _, header := range []string{"", "00", strings.ToUpper(want)} {
		if err := corebill.Verify("Jefe", header, []byte("what do ya want for nothing?")); !errors.Is(err, corebill.ErrSignature) {
			t.Errorf("Verify(%q) = %v, want ErrSignature", header, err)
		}
	}
}

func TestWebhookWords(t *testing.T) {
	t.Parallel()
	if n := len(corebill.Events()); n != 21 {
		t.Errorf("there are %d events, want 21", n)
	}
	secret, err := corebill.NewSecret(rand.Reader)
	if err != nil || !strings.HasPrefix(secret, "whsec_") || len(corebill.SecretPreview(secret)) != 10 {
		t.Errorf("NewSecret has %d characters, %v", len(secret), err)
	}
	if corebill.SecretPreview("short") != "" {
		t.Error("a text shorter than a preview has none")
	}
}
