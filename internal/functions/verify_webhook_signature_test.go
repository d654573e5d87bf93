package functions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/functions"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

const (
	signingSecret = "whsec_of_the_test"
	deliveredBody = `{"event":"invoice.created"}`
	delivered     = "2026-01-31T12:00:00Z"
)

func TestVerifyWebhookSignature(t *testing.T) {
	t.Parallel()
	ofCorebill := corebill.Sign(signingSecret, []byte(deliveredBody))
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	ofBillium := billium.Sign([]string{"whsec_the_next", signingSecret}, at, []byte(deliveredBody))
	genuine, forged := types.BoolValue(true), types.BoolValue(false)
	runCalls(t, functions.NewVerifyWebhookSignature(), []call{
		{name: "Corebill", arguments: words("corebill", signingSecret, ofCorebill, deliveredBody, delivered), want: genuine},
		{name: "Corebill, years later", arguments: words("corebill", signingSecret, ofCorebill, deliveredBody, "2036-01-31T12:00:00Z"), want: genuine},
		{name: "Corebill, another secret", arguments: words("corebill", "whsec_other", ofCorebill, deliveredBody, delivered), want: forged},
		{name: "Corebill, another body", arguments: words("corebill", signingSecret, ofCorebill, "{}", delivered), want: forged},
		{name: "Corebill, no header", arguments: words("corebill", signingSecret, "", deliveredBody, delivered), want: forged},
		{name: "Billium, one of two secrets", arguments: words("billium", signingSecret, ofBillium, deliveredBody, delivered), want: genuine},
		{name: "Billium, in another time zone", arguments: words("billium", signingSecret, ofBillium, deliveredBody, "2026-01-31T13:04:00+01:00"), want: genuine},
		{name: "Billium, too old", arguments: words("billium", signingSecret, ofBillium, deliveredBody, "2026-01-31T12:05:01Z"), want: forged},
		{name: "Billium, from the future", arguments: words("billium", signingSecret, ofBillium, deliveredBody, "2026-01-31T11:54:59Z"), want: forged},
		{name: "Billium, another secret", arguments: words("billium", "whsec_other", ofBillium, deliveredBody, delivered), want: forged},
		{name: "Billium, another body", arguments: words("billium", signingSecret, ofBillium, "{}", delivered), want: forged},
		{name: "Billium, Corebill's header", arguments: words("billium", signingSecret, ofCorebill, deliveredBody, delivered), want: forged},
		{
			name:      "a platform with a slip",
			arguments: words("bilium", signingSecret, ofBillium, deliveredBody, delivered),
			wantError: `The platform must be corebill or billium. Did you mean "billium"?`,
		},
		{name: "no secret", arguments: words("billium", "", ofBillium, deliveredBody, delivered), wantError: "The secret is empty.", argument: 1},
		{
			name:      "no time, on Billium",
			arguments: words("billium", signingSecret, ofBillium, deliveredBody, "now"),
			wantError: "The time must be RFC 3339", argument: 4,
		},
		{
			name:      "no time, on Corebill",
			arguments: words("corebill", signingSecret, ofCorebill, deliveredBody, "2026-01-31"),
			wantError: "The time must be RFC 3339", argument: 4,
		},
	})
}

// A secret stays out of the error, even in the wrong place.
func TestVerifyWebhookSignatureKeepsTheSecret(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]attr.Value{
		"as the platform": words(signingSecret, "billium", "t=0,v1=00", deliveredBody, delivered),
		"as the time":     words("billium", delivered, "t=0,v1=00", deliveredBody, signingSecret),
		"in its place":    words("paypal", signingSecret, "t=0,v1=00", deliveredBody, delivered),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, functions.NewVerifyWebhookSignature(), arguments)
			if err == nil {
				t.Fatal("there is no error")
			}
			if strings.Contains(err.Text, signingSecret) {
				t.Error("the error has the secret")
			}
		})
	}
}

func words(values ...string) []attr.Value { return stringsOf(values) }
