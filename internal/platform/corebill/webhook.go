package corebill

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

// SignatureHeader carries a delivery's signature. Source: docs.
const SignatureHeader = "X-Webhook-Signature"

// Secrets of webhooks. Source: contract.
const (
	SecretPrefix        = "whsec_"
	SecretPreviewLength = 10
	secretLength        = 32
)

// Source: docs.
var events = []string{
	"customer.created", "customer.updated", "customer.deleted",
	"item.created", "item.updated", "item.deleted",
	"quote.created", "quote.updated", "quote.deleted", "quote.sent", "quote.approved", "quote.rejected", "quote.converted",
	"invoice.created", "invoice.updated", "invoice.deleted", "invoice.sent", "invoice.payment_recorded", "invoice.paid",
	"invoice.cancelled", "invoice.refunded",
}

// Events returns the names of the events that a webhook can be sent, in the
// order of the platform's table.
func Events() []string { return slices.Clone(events) }

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

// ErrSignature is a signature that the secret did not make of the body.
var ErrSignature = errors.New("the signature does not belong to this body and secret")

// Sign returns the signature of a delivery: the hex HMAC-SHA256 of its raw body.
// Source: docs.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify checks a delivery's signature header. The error is ErrSignature.
func Verify(secret, header string, body []byte) error {
	if !hmac.Equal([]byte(Sign(secret, body)), []byte(header)) {
		return ErrSignature
	}
	return nil
}
