package functions

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
)

// NewVerifyWebhookSignature returns the function verify_webhook_signature.
func NewVerifyWebhookSignature() function.Function { return &verifyWebhookSignature{} }

type verifyWebhookSignature struct{}

// delivery is what a webhook's endpoint received, and when it looks at it.
type delivery struct {
	header string
	body   []byte
	now    time.Time
}

// verifiers check a delivery against a secret, by platform.
var verifiers = map[string]func(secret string, d delivery) error{
	"corebill": func(secret string, d delivery) error { return corebill.Verify(secret, d.header, d.body) },
	"billium":  func(secret string, d delivery) error { return billium.Verify(secret, d.header, d.body, d.now) },
}

func (f *verifyWebhookSignature) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "verify_webhook_signature"
}

func (f *verifyWebhookSignature) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells whether a webhook's delivery is genuine",
		MarkdownDescription: "Returns true where the signature of a delivery was made with the webhook's secret, and false where it was not, " +
			"where the header is not of the platform's form and, on Billium, where the signature is more than five minutes away from `now`. " +
			"Corebill's signature holds no time, so there an old delivery is as good as a new one. " +
			"Where the secret is sensitive, so is the result: `nonsensitive()` shows it.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "platform", MarkdownDescription: "`corebill` or `billium`."},
			function.StringParameter{Name: "secret", MarkdownDescription: "Secret of the webhook (`whsec_…`)."},
			function.StringParameter{
				Name: "header",
				MarkdownDescription: "Value of the header that carries the signature: `" + corebill.SignatureHeader + "` on Corebill, `" +
					billium.SignatureHeader + "` on Billium.",
			},
			function.StringParameter{Name: "body", MarkdownDescription: "Body of the delivery, exactly as it was received."},
			function.StringParameter{
				Name: "now",
				MarkdownDescription: "Time that the signature is compared with (RFC 3339): `plantimestamp()`, or the time at which a recorded delivery arrived. " +
					"On Corebill it only has to be a time.",
			},
		},
		Return: function.BoolReturn{},
	}
}

// Run names none of its arguments' values in an error: a caller who mixes up their order
// up has the secret in another's place.
func (f *verifyWebhookSignature) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var platform, secret, header, body, now string
	if resp.Error = req.Arguments.Get(ctx, &platform, &secret, &header, &body, &now); resp.Error != nil {
		return
	}
	verify, known := verifiers[platform]
	if !known {
		resp.Error = function.NewArgumentFuncError(0,
			"The platform must be corebill or billium."+suggest.DidYouMean(platform, []string{"corebill", "billium"}))
		return
	}
	if secret == "" {
		// Anyone could sign with it.
		resp.Error = function.NewArgumentFuncError(1, "The secret is empty.")
		return
	}
	var at time.Time
	// Unlike time.Parse, it is strict.
	if err := at.UnmarshalText([]byte(now)); err != nil {
		resp.Error = function.NewArgumentFuncError(4, "The time must be RFC 3339, for example 2026-01-31T12:00:00Z.")
		return
	}
	genuine := verify(secret, delivery{header: header, body: []byte(body), now: at}) == nil
	resp.Error = resp.Result.Set(ctx, genuine)
}
