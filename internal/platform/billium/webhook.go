package billium

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

// Headers of a delivery. Source: docs.
const (
	SignatureHeader  = "x-signature"
	WebhookIDHeader  = "x-webhook-id"
	EventIDHeader    = "x-event-id"
	DeliveryIDHeader = "x-delivery-id"
)

// Secrets of webhooks. Source: docs, the lengths: contract.
const (
	SecretPrefix        = "whsec_"
	SecretPreviewLength = 10
	secretLength        = 32
)

// SignatureTolerance is how old a signature may be, and how far in the future.
// Source: contract.
const SignatureTolerance = 5 * time.Minute

// Source: docs.
var events = []string{
	"invoice.*", "invoice.created", "invoice.updated", "invoice.paid", "invoice.underpaid", "invoice.overpaid",
	"invoice.expired", "invoice.cancelled",
	"payment.*", "payment.created", "payment.updated", "payment.detected", "payment.confirmed", "payment.paid",
	"payment.underpaid", "payment.overpaid", "payment.expired",
}

// Events returns the names of the events that a webhook can be sent, wildcards
// included, in the order of the platform's table.
func Events() []string { return slices.Clone(events) }

// Subscribes reports whether a webhook with these events is sent the event.
func Subscribes(subscribed []string, event string) bool {
	domain, _, _ := strings.Cut(event, ".")
	return slices.Contains(subscribed, event) || slices.Contains(subscribed, domain+".*")
}

// NewSecret mints a webhook's signing secret.
func NewSecret(source io.Reader) (string, error) {
	unique, err := random.String(source, random.Base62, secretLength)
	if err != nil {
		return "", err
	}
	return SecretPrefix + unique, nil
}

// SecretPreview returns the part of a secret that may be shown.
func SecretPreview(secret string) string {
	if len(secret) < SecretPreviewLength {
		return ""
	}
	return secret[:SecretPreviewLength]
}

// What Verify may find wrong.
var (
	ErrSignatureForm = errors.New(`the header is not of the form "t=<unix seconds>,v1=<hex>"`)
	ErrSignatureAge  = errors.New("the signature is not from now")
	ErrSignature     = errors.New("the signature does not belong to this body and secret")
)

// Sign returns the signature header of a delivery: the time, and for each
// secret the hex HMAC-SHA256 of "<t>.<raw body>". Source: docs; several secrets,
// while one replaces another: contract.
func Sign(secrets []string, at time.Time, body []byte) string {
	var header strings.Builder
	fmt.Fprintf(&header, "t=%d", at.Unix())
	for _, secret := range secrets {
		header.WriteString(",v1=" + mac(secret, strconv.FormatInt(at.Unix(), 10), body))
	}
	return header.String()
}

// Verify checks a delivery's signature header against one secret.
func Verify(secret, header string, body []byte, now time.Time) error {
	var stamp string
	var signatures []string
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			stamp = value
		case "v1":
			signatures = append(signatures, value)
		}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(signatures) == 0 {
		return ErrSignatureForm
	}
	want := mac(secret, stamp, body)
	if !slices.ContainsFunc(signatures, func(got string) bool { return hmac.Equal([]byte(got), []byte(want)) }) {
		return ErrSignature
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > SignatureTolerance {
		return fmt.Errorf("%w: it is %s old", ErrSignatureAge, age.Round(time.Second))
	}
	return nil
}

func mac(secret, stamp string, body []byte) string {
	hash := hmac.New(sha256.New, []byte(secret))
	hash.Write([]byte(stamp + "."))
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil))
}
